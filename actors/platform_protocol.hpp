#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "domain/drift_list.hpp"
#include "domain/platform.hpp"
#include "domain/problem.hpp"
#include "domain/recount.hpp"

// What operators may ask of the store over all tenants (contract 8, 12, 18); beside protocol.hpp
// all that http/ sees.

namespace cloudpods::actors {

/// The store's gauges, as text for `/metrics`; one that was read a moment ago is given again.
struct read_gauges {};

struct gauges_reply {
  domain::expected<std::shared_ptr<const std::string>> value;
};

struct read_figures {};

struct figures_reply {
  domain::expected<std::shared_ptr<const domain::platform_figures>> value;
};

/// Tenants by their ids.
struct list_tenants {
  list_tenants() = default;
  list_tenants(std::optional<domain::tenant_id> last, int most)
      : after(std::move(last)), limit(most) {}

  std::optional<domain::tenant_id> after; ///< the last one of the page before
  int limit = 50;
};

struct tenants_reply {
  domain::expected<domain::tenant_page> value;
};

/// Folds the tenant's log and compares; changes nothing.
struct recount_tenant {
  recount_tenant() = default;
  recount_tenant(domain::tenant_id which, domain::guests_seen guests)
      : tenant(std::move(which)), seen(std::move(guests)) {}

  domain::tenant_id tenant;
  domain::guests_seen seen;
};

struct recounted {
  bool exists = false;  ///< false: nobody has seen the tenant
  std::int64_t seq = 0; ///< of the log, where this was so
  domain::holdings held;
  std::vector<domain::recount_difference> differences;
};

struct recount_reply {
  domain::expected<recounted> value;
};

/// What nodes and log say differently (contract 17), by id.
struct list_drift {
  list_drift() = default;
  explicit list_drift(domain::drift_filter which) : filter(std::move(which)) {}

  domain::drift_filter filter;
};

struct drift_list_reply {
  domain::expected<domain::drift_page> value;
};

/// The PLATFORM READER: one, with a thread and a connection of its own, so that long questions hold
/// up no tenant.
using platform_reader_actor = caf::typed_actor<caf::replies_to<read_gauges>::with<gauges_reply>,
                                               caf::replies_to<read_figures>::with<figures_reply>,
                                               caf::replies_to<list_tenants>::with<tenants_reply>,
                                               caf::replies_to<recount_tenant>::with<recount_reply>,
                                               caf::replies_to<list_drift>::with<drift_list_reply>>;

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_gauges)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::gauges_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::read_figures)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::figures_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::list_tenants)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::tenants_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::recount_tenant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::recount_reply)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::list_drift)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::drift_list_reply)
