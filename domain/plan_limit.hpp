#pragma once

#include "domain/tenant.hpp"

namespace cloudpods::domain {

/// The plan's own limit of pods, in the place of the tenant's (contract 12); refuses with
/// `QUOTA_EXCEEDED`. `size` is what one more pod counts.
expected<void> admit_pods_of_plan(const tenant_state& state, limits limit, const plan& wanted,
                                  const resources& size);

} // namespace cloudpods::domain
