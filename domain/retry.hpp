#pragma once

#include <variant>

#include "domain/action.hpp"
#include "domain/destroy.hpp"
#include "domain/order.hpp"

// `POST /jobs/{id}/retry` (contract 6, 10): a new job of the same kind with the same parameters,
// admitted anew.

namespace cloudpods::domain {

/// A create that failed: its place is looked for again; the vmid stays.
struct retry_create {
  placement_request place;
};

/// What a retry comes down to.
using retry_of_job = std::variant<retry_create, act_on_pod, destroy_pod>;

/// Refuses with `INVALID_STATE` a job that has not failed and was not cancelled, a create whose pod
/// is not in `error` after it or whose remains are not gone, and with `QUOTA_EXCEEDED`.
expected<retry_of_job> judge_retry(const tenant_state& tenant, const pod_record& state,
                                   const catalogue& offers, const job& failed, const user_id& user);

/// The facts of a create that is tried again, in one append.
std::vector<new_event> accept_retry(const pod_record& state, const job& failed, const user_id& user,
                                    const job_id& id, const item_id& item, const placement& place);

} // namespace cloudpods::domain
