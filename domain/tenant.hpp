#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "domain/catalogue.hpp"
#include "domain/deployment.hpp"
#include "domain/pod.hpp"
#include "domain/quota.hpp"

namespace cloudpods::domain {

/// Everything about one tenant: the fold of its own stream and its pods' streams up to `seq`.
/// Pods and jobs are shared with readers and never changed in place.
struct tenant_state {
  tenant_id id;
  bool exists = false;
  std::string name;
  std::optional<std::string> slug;
  std::optional<std::string> plan; ///< of `[[tenant_plans]]`
  std::optional<tenant_owner> owner;
  std::optional<std::string> region;
  quota_changed own_limits; ///< what an operator set; absent ones come from the plan
  instant created_at;
  holdings held;
  std::map<pod_id, std::shared_ptr<const pod_record>> pods;
  std::map<job_id, std::shared_ptr<const job>> jobs;
  std::map<deployment_id, std::shared_ptr<const deployment>> deployments;
  std::int64_t seq = 0;

  std::map<job_id, deployment_id> deployment_jobs; ///< whose jobs these are
  std::set<deployment_id> open_deployments;        ///< that have an open job

  // Of live pods only.
  std::map<vmid, pod_id> by_vmid;
  std::map<std::string, pod_id> by_name;
  std::map<std::string, pod_id> by_subscription;

  /// The pod with this id, or the live one with this vmid; null where there is none.
  [[nodiscard]] std::shared_ptr<const pod_record> find(const pod_id& id) const;
  [[nodiscard]] std::shared_ptr<const pod_record> find(vmid guest) const;
  /// Null where there is none.
  [[nodiscard]] std::shared_ptr<const deployment> find(const deployment_id& id) const;
  /// The deployment that the job is of, or null.
  [[nodiscard]] std::shared_ptr<const deployment> find_deployment(const job_id& job) const;
};

/// Folds an event of the tenant, in seq order; one that was folded before is ignored.
void evolve(tenant_state& state, const event& fact);

/// What a tenant may hold, and where that comes from (contract 12).
struct effective_limits {
  limits limit;
  limit_source source = limit_source::standard;
};

effective_limits limits_of(const tenant_state& state, const catalogue& offers);

} // namespace cloudpods::domain
