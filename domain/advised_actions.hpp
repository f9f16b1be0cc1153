#pragma once

#include <functional>
#include <vector>

#include "domain/action.hpp"
#include "domain/recommendation.hpp"
#include "domain/tenant.hpp"

namespace cloudpods::domain {

/// All that a recommendation's actions make of a tenant: events of one append.
struct advised_events {
  std::vector<new_event> events; ///< the last one is `recommendation.applied`
  std::vector<job_id> jobs;
};

/// Who applies, and how.
struct advice_taken {
  user_id user;
  bool automatic = false;
};

/// Decides each action as the tenant's own wish would be decided, the later ones by what the
/// earlier ones leave: all of them or none. Refuses as `decide` of `act_on_pod` does, and with
/// `NOT_FOUND` where the pod is gone (contract 12, 16). `new_ids` is called once for each job.
expected<advised_events> decide(const tenant_state& tenant, const catalogue& offers,
                                const recommendation& what, const advice_taken& how,
                                const std::function<action_ids()>& new_ids);

} // namespace cloudpods::domain
