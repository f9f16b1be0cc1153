#include "domain/item_work.hpp"

namespace cloudpods::domain {

namespace {

problem invalid_state(const pod& pod, std::string sentence) {
  return {problem_code::invalid_state, std::move(sentence),
          std::vector<detail>{{"status", std::string{text(pod.status)}}}};
}

bool fits_status(const pod& pod, item_action action) {
  if (pod.status == pod_status::active)
    return true;
  if (pod.status != pod_status::error)
    return false;
  const bool broken_restore = pod.error && pod.error->code == pod_fault::restore_failed;
  return action == item_action::health || action == item_action::sync ||
         (action == item_action::restore && broken_restore);
}

bool needs_no_suspension(item_action action) {
  switch (action) {
  case item_action::start:
  case item_action::reboot:
  case item_action::scale:
  case item_action::restore:
  case item_action::rollback:
    return true;
  default:
    return false;
  }
}

std::optional<problem> objection_to_snapshot(const pod& pod, item_action action,
                                             const std::string& name, bool waiting) {
  const bool stands = pod.find_snapshot(name) != nullptr;
  if (action == item_action::snapshot && stands)
    return invalid_state(pod, "A snapshot of this name exists.");
  const bool needs = action == item_action::rollback || action == item_action::delete_snapshot;
  if (!needs || stands)
    return std::nullopt;
  if (waiting)
    return invalid_state(pod, "The snapshot does not exist any more.");
  return problem{problem_code::not_found, "The pod has no such snapshot."};
}

std::optional<problem> objection_to_restore(const pod& pod, const std::string& backup,
                                            bool waiting) {
  if (pod.find_backup(backup) != nullptr)
    return std::nullopt;
  if (waiting)
    return invalid_state(pod, "The backup does not exist any more.");
  return problem{problem_code::not_found, "The pod has no such backup."};
}

} // namespace

std::optional<problem> objection(const pod& pod, item_action action,
                                 const action_parameters& parameters, bool waiting) {
  if (action == item_action::restore)
    if (auto missing = objection_to_restore(pod, parameters.backup, waiting))
      return missing;
  if (auto wrong = objection_to_snapshot(pod, action, parameters.name, waiting);
      wrong && wrong->code == problem_code::not_found)
    return wrong;
  if (!fits_status(pod, action))
    return invalid_state(pod, "The pod is " + std::string{text(pod.status)} + ".");
  if (auto wrong = objection_to_snapshot(pod, action, parameters.name, waiting))
    return wrong;
  if (pod.suspended && needs_no_suspension(action))
    return problem{problem_code::suspended, "The pod is suspended."};
  const bool goes_back = action == item_action::restore || action == item_action::rollback;
  if (pod.is_protected && goes_back && !waiting)
    return problem{problem_code::protected_pod, "The pod is protected."};
  if (action == item_action::reboot && pod.power == power_state::stopped)
    return invalid_state(pod, "The pod is stopped; start it instead.");
  return std::nullopt;
}

} // namespace cloudpods::domain
