#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "actors/protocol.hpp"
#include "http/caller.hpp"
#include "http/load.hpp"
#include "http/request.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

namespace cloudpods::http {

/// Whose words a route speaks: those of contract 6, or the platform's of 7.
enum class family { cloud_pods, platform };

/// One request on its way through a handler.
struct exchange {
  const request& asked;
  const target& where;
  std::string_view request_id;
  path_parameters parameters;
  std::shared_ptr<const caller> who; ///< null where no token is needed
  load_ticket& ticket;

  /// Who asked, as events keep it.
  [[nodiscard]] actors::requester requester() const;
  [[nodiscard]] http::family family() const;
  [[nodiscard]] bool is_platforms() const { return family() == family::platform; }
};

/// Whom the request is for: the token's own tenant, or the one that a platform token names in the
/// path, the body (`in_body`) or `X-Tenant-Id`. Refuses with `TENANT_MISMATCH`, `TENANT_REQUIRED`
/// (contract 4).
domain::expected<domain::tenant_id>
tenant_of(const exchange& with, const std::optional<std::string>& in_body = std::nullopt);

/// Refuses with `TENANT_MISMATCH` where a tenant's token names another tenant.
domain::expected<void> check_named_tenant(const caller& who,
                                          const std::optional<std::string_view>& named);

/// The `Idempotency-Key` with the digest of the request, or nothing where it has none. Refuses a
/// key that is none (contract 5).
domain::expected<std::optional<actors::idempotency>> idempotency_of(const exchange& with);

/// Nothing is asked for in the body: any field is one too many.
domain::expected<void> check_empty(const exchange& with);

/// The refusal of something that is not there: the same for another tenant's and for none at all.
std::unexpected<domain::problem> not_found(std::string_view what);

} // namespace cloudpods::http
