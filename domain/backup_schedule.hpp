#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "domain/action.hpp"

// What a backup policy wants of a pod, and when (contract 3, 11, 19). The schedule asks, the tenant
// decides: what is asked twice is done once.

namespace cloudpods::domain {

/// A run of the policy that failed is made again no sooner.
inline constexpr std::chrono::hours pause_after_failure{1};

/// The policy of a pod: its plan's, else its tenant's plan's; null where neither names one.
const backup_policy* policy_of(const plan* sold, const tenant_plan* tier, const catalogue& offers);
const backup_policy* policy_of(const tenant_state& tenant, const pod& pod, const catalogue& offers);

/// For how long backups outlive their pod; where no policy says so, as long as a policy that names
/// no `keep_days`.
std::int64_t days_after_end(const backup_policy* policy);

/// When the next backup is due: at once where the policy has made none yet, else `every_hours`
/// after the last good one, less up to a tenth by the pod's id, so that what began together drifts
/// apart.
instant next_backup_at(const pod_id& pod, const std::optional<instant>& last_good,
                       const backup_policy& policy);

/// The facts of what the policy wants of the pod now, in one append: a backup of a live one, the
/// removal of the backups of a deleted one. Refuses with `INVALID_STATE` where nothing is due by
/// this state, and as `decide` does.
expected<std::vector<new_event>> decide_upkeep(const tenant_state& tenant, const pod_record& state,
                                               const catalogue& offers, const action_ids& ids,
                                               instant now);

} // namespace cloudpods::domain
