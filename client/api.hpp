#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "client/console.hpp"
#include "client/failure.hpp"
#include "client/json_access.hpp"
#include "client/retry.hpp"
#include "client/transport.hpp"

namespace cloudpods::client {

inline constexpr std::string_view api_root = "/api/cloud-pods";
inline constexpr std::string_view internal_root = "/internal";

/// Asks the daemon as a caller with a token, and repeats what may be repeated (contract 5).
/// A `target` begins after `/api/cloud-pods`; one that begins with `/internal` stands as it is.
class api {
public:
  struct caller {
    std::string token;           ///< "": none
    std::string tenant;          ///< "": the token's own
    std::string idempotency_key; ///< of what changes something; "": a new one for each
  };

  api(transport& carrier, const console& around, caller who)
      : carrier_(carrier), around_(around), caller_(std::move(who)) {}

  /// The answer's JSON; `limit` holds for each attempt.
  expected<json::value> get(std::string_view target,
                            std::chrono::seconds limit = std::chrono::seconds{30});

  /// The answer of the root's own paths (`/readyz`), also where it is a refusal.
  std::expected<http_response, lost_connection> get_raw(std::string_view path);

  /// These send the body with an `Idempotency-Key` that all attempts share.
  expected<json::value> post(std::string_view target, const json::value& body);
  expected<json::value> put(std::string_view target, const json::value& body);
  expected<json::value> patch(std::string_view target, const json::value& body);
  expected<json::value> remove(std::string_view target);

  /// Sends the body once and without a key: for an answer that holds a secret, which the daemon
  /// keeps no copy of.
  expected<json::value> post_once(std::string_view target, const json::value& body);

  /// All items of a list, page by page; the first page's other members, `nextCursor` null.
  /// Stops once `most` items are there.
  expected<json::value> get_all(std::string_view target, std::size_t most);

private:
  expected<json::value> change(std::string_view method, std::string_view target, std::string body);
  expected<json::value> send(http_request request, const retry_policy& policy = {});
  void add_caller(http_request& request) const;

  transport& carrier_;
  const console& around_;
  caller caller_;
};

} // namespace cloudpods::client
