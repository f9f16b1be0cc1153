#pragma once

#include <vector>

#include "domain/tenant.hpp"

// What an operator says of a tenant (contract 8, 12).

namespace cloudpods::domain {

/// `PUT /admin/tenants/{id}`: no events where all is so already. Refuses with `VALIDATION_FAILED`
/// where the tenant plan does not exist.
expected<std::vector<new_event>> settle(const tenant_state& state, const catalogue& offers,
                                        const tenant_updated& wanted);

/// `POST /tenants/{id}/quota`: the named limits are set, the others stay; a negative one is
/// `unlimited`. No events where all is so already.
std::vector<new_event> limit(const tenant_state& state, const quota_changed& wanted);

} // namespace cloudpods::domain
