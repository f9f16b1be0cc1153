#pragma once

#include <variant>
#include <vector>

#include "domain/tenant.hpp"

// What a tenant may ask of a pod that stands (contract 6, 10, 12).

namespace cloudpods::domain {

/// One wish about a pod; every value is well formed. Which of the parameters are read depends on
/// the action.
struct act_on_pod {
  item_action action = item_action::start;
  action_parameters parameters;
  // What a scale asks, field by field, or by plan.
  std::optional<std::int64_t> cpu_cores;
  std::optional<std::int64_t> memory_mb;
  std::optional<std::int64_t> disk_gb;
  std::optional<std::string> plan;
  std::string reason;
  json_text payload; ///< as it is kept with the job
  user_id user;
  std::optional<std::string> retry_of;
};

struct action_ids {
  job_id job;
  item_id item;
  std::string backup; ///< names the archive, where the action makes one
};

/// The pod is as asked already: nothing is done (contract 6, suspend and resume).
struct nothing_to_do {};

/// The facts of an accepted wish, in one append. Refuses with `INVALID_STATE`, `SUSPENDED`,
/// `PROTECTED`, `POD_BUSY`, `NOT_FOUND` (of a backup or snapshot), `PLAN_NOT_FOUND`,
/// `VALIDATION_FAILED` (a smaller disk, no size at all), `QUOTA_EXCEEDED`, `TOO_MANY_JOBS`.
expected<std::variant<std::vector<new_event>, nothing_to_do>>
decide(const tenant_state& tenant, const pod_record& state, const catalogue& offers,
       const act_on_pod& wish, const action_ids& ids);

/// `PUT /{ref}/protection`: no events where it is so already.
expected<std::vector<new_event>> protect(const pod_record& state, bool wanted);

/// `POST /jobs/{id}/cancel`; refuses with `INVALID_STATE` once it can't be cancelled.
expected<std::vector<new_event>> cancel(const pod_record& state, const job& of_job,
                                        const std::string& reason);

/// The job type that an action counts as (contract 6).
job_type type_of(item_action action);

} // namespace cloudpods::domain
