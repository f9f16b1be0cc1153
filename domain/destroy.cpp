#include "domain/destroy.hpp"

namespace cloudpods::domain {

namespace {

new_event about(const pod_record& state, const job_id& job, event_payload payload,
                std::string message, category kind = category::info) {
  return {
      pod_stream(state.pod.id), state.pod.tenant,  state.pod.id, state.pod.order.guest, job, kind,
      std::move(message),       std::move(payload)};
}

} // namespace

expected<std::variant<std::vector<new_event>, open_destroy>> decide(const pod_record& state,
                                                                    const catalogue& offers,
                                                                    const destroy_pod& command,
                                                                    const destroy_ids& ids) {
  if (const auto* open = state.job_with_open(item_action::destroy))
    return open_destroy{open->id};
  const auto status = state.pod.status;
  if (status == pod_status::deleted)
    return refused(problem_code::invalid_state, "The pod is deleted.",
                   std::vector<detail>{{"status", std::string{text(status)}}});
  if (state.pod.is_protected)
    return refused(problem_code::protected_pod, "The pod is protected.");
  auto parameters = command.parameters;
  // Only a guest that stands can be backed up.
  const bool stands =
      status == pod_status::active ||
      (status == pod_status::error && state.pod.held == holding::used && state.pod.remains.built);
  parameters.backup_first = parameters.backup_first && stands;
  if (parameters.backup_first) {
    parameters.backup = ids.backup;
    parameters.storage = offers.backup_storage.value;
  }
  std::vector<new_event> events;
  if (const auto* create = state.open_job(job_type::provision))
    events.push_back(about(state, create->id, job_cancel_requested{"The pod is to be destroyed."},
                           "Cancel of the create requested"));
  events.push_back(
      about(state, ids.job,
            job_queued{job_type::destroy, command.user, command.payload, command.retry_of},
            "Job queued"));
  events.push_back(about(state, ids.job,
                         item_queued{ids.item, item_action::destroy, command.payload, parameters},
                         "Destroy queued"));
  // A create that runs ends at its next step boundary first; its pod says so then.
  if (status == pod_status::active || status == pod_status::error)
    events.push_back(about(state, ids.job, pod_deleting{command.reason},
                           "CloudPod is being destroyed", category::state_change));
  return events;
}

} // namespace cloudpods::domain
