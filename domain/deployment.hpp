#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/event.hpp"
#include "domain/job.hpp"

namespace cloudpods::domain {

enum class deployment_status { deploying, deployed, failed, destroyed };

template <>
struct words<deployment_status> {
  static constexpr auto values = word_list("deploying", "deployed", "failed", "destroyed");
};

/// One stack of a tenant: the fold of its own stream, and of what its pods' streams say of its
/// jobs' items (contract 15).
struct deployment {
  deployment_id id;
  tenant_id tenant;
  stack_deploying order;
  deployment_status status = deployment_status::deploying;
  job_id deploy_job;
  job_id last_job;                ///< what callers are told: the one that asked last
  std::optional<job_id> open_job; ///< deploys or rolls back; or destroys
  std::optional<stack_failed> failure;
  std::vector<pod_id> begun;  ///< pods whose create was queued
  std::vector<item_id> tasks; ///< items of the tasks that were queued, in order
  instant created_at;
  instant updated_at;

  /// Its pods are being made, or its tasks are under way.
  [[nodiscard]] bool is_deploying() const { return status == deployment_status::deploying; }
  /// The open job takes pods away because they were asked to go.
  [[nodiscard]] bool is_being_destroyed() const { return open_job && *open_job != deploy_job; }
};

/// Folds an event of the deployment's stream, or one of a pod's that names one of its jobs.
void evolve(deployment& state, const event& fact);

} // namespace cloudpods::domain
