#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/action_payloads.hpp"
#include "domain/drift_payloads.hpp"
#include "domain/event_payloads.hpp"
#include "domain/job_payloads.hpp"
#include "domain/recommendation_payloads.hpp"
#include "domain/stack_payloads.hpp"

namespace cloudpods::domain {

using event_payload = std::variant<
    tenant_created, quota_reserved, quota_committed, quota_released, pod_ordered, pod_renumbered,
    pod_provisioning, pod_active, pod_failed, pod_deleting, pod_deleted, pod_ownership_conflict,
    job_queued, job_started, job_succeeded, job_failed, job_cancel_requested, job_cancelled,
    item_queued, item_started, item_step_started, item_step_done, item_retry_scheduled, item_ended,
    node_unreachable, node_reachable, node_circuit_opened, node_circuit_closed, node_drained,
    node_resumed, tenant_updated, quota_changed, pod_scaled, pod_power_changed, pod_backed_up,
    pod_backup_deleted, pod_restored, pod_snapshot_created, pod_snapshot_deleted, pod_rolled_back,
    pod_health_changed, pod_synced, pod_protected, pod_unprotected, pod_suspended, pod_resumed,
    stack_deploying, stack_deployed, stack_failed, stack_destroyed, blueprint_put,
    recommendation_opened, recommendation_applied, recommendation_dismissed, recommendation_expired,
    tenant_notified, tenant_flagged, node_log, pod_drift_detected, pod_drift_resolved,
    pod_drift_ignored, node_drift_detected, node_drift_resolved, node_drift_ignored, pod_adopted>;

/// The frozen name of an event in the log (contract 9).
std::string_view event_name(const event_payload& payload);

/// The version of the payload's form that this program writes.
inline constexpr int event_version = 1;

/// Who asked: a user of a tenant, a service, or the daemon itself.
struct event_actor {
  actor_kind kind = actor_kind::system;
  std::string id;

  friend bool operator==(const event_actor&, const event_actor&) = default;
};

/// A fact that was decided and is not yet in the log.
struct new_event {
  std::string stream; ///< `tenant:T`, `pod:P`, `deployment:D`, `node:N`, `platform` (contract 9)
  tenant_id tenant;   ///< empty for facts of no tenant
  pod_id pod;
  std::optional<vmid> guest;
  job_id job;
  domain::category category = category::info;
  std::string message;
  event_payload payload;
};

/// A durable fact (contract 13).
struct event {
  std::int64_t seq = 0;
  event_id id;
  std::string stream;
  std::int64_t stream_version = 0;
  tenant_id tenant;
  std::int64_t tenant_seq = 0; ///< 0 where there is no tenant
  pod_id pod;
  std::optional<vmid> guest;
  job_id job;
  domain::category category = category::info;
  std::string message;
  event_actor actor;
  request_id request;
  instant at;
  event_payload payload;
};

std::string tenant_stream(const tenant_id& tenant);
std::string pod_stream(const pod_id& pod);
std::string node_stream(const node_name& node);
std::string deployment_stream(const deployment_id& deployment);
/// Where facts of no pod, tenant, node or deployment stand.
inline constexpr std::string_view platform_stream = "platform";
/// The deployment whose stream that is; empty of any other stream.
deployment_id deployment_of(std::string_view stream);

} // namespace cloudpods::domain
