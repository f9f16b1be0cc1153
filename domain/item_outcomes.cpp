#include <algorithm>
#include <cmath>

#include "domain/backups.hpp"
#include "domain/drift.hpp"
#include "domain/item_facts.hpp"
#include "domain/item_steps.hpp"

namespace cloudpods::domain {

namespace {

std::string words_of(step which) {
  std::string said{text(which)};
  std::ranges::replace(said, '_', ' ');
  return said;
}

/// Full jitter: anything up to the doubled wait.
instant backoff(const retry_policy& policy, int failures, instant now, double chance) {
  const auto most = std::min<double>(static_cast<double>(policy.backoff_max.count()),
                                     static_cast<double>(policy.backoff_initial.count()) *
                                         std::pow(2.0, std::min(failures, 20)));
  return now + std::chrono::milliseconds{static_cast<std::int64_t>(most * chance)};
}

item_step_done ended(const next_move& move, step_result result, follow_up then,
                     std::string message) {
  item_step_done done;
  done.item = move.item;
  done.which = move.which;
  done.attempt = move.attempt;
  done.result = result;
  done.then = then;
  done.message = std::move(message);
  return done;
}

/// What is so where a step that only warns is left out (contract 14); "" for every other step.
std::string_view consequence(step which) {
  switch (which) {
  case step::register_address:
    return "the address is not entered in the IPAM file";
  case step::release_address:
    return "the address stays in the IPAM file";
  case step::remove_snippet:
    return "the snippet stays on the node";
  case step::prune:
    return "backups past their time stay";
  default:
    return {};
  }
}

void end_destroyed(item_facts& said) {
  said.say(item_ended{said.item().id, item_action::destroy, item_status::success, {}},
           "Destroy done");
  said.release();
  for (const auto& each : said.of_pod().drifts)
    said.say(pod_drift_resolved{drift_id(said.of_pod().id, each.kind), each.kind, drift_end::gone,
                                std::nullopt},
             "The difference went with its pod");
  said.say(pod_deleted{}, "CloudPod deleted", category::state_change);
  said.say(job_succeeded{job_result{std::nullopt, said.of_pod().order.guest, said.item().output}},
           "Job succeeded");
}

/// A destroy that was admitted while the create went on. Where that never began, the pod goes from
/// `pending` to `deleted` (contract 10).
void begin_deleting(item_facts& said) {
  const auto status = said.of_pod().status;
  if (status != pod_status::deleting && status != pod_status::pending)
    said.say(pod_deleting{{}}, "CloudPod is being destroyed", category::state_change);
}

void end_active(item_facts& said) {
  const auto& pod = said.of_pod();
  const auto address = pod.order.ip_address ? pod.order.ip_address : said.item().ip_address;
  said.say(item_ended{said.item().id, item_action::create, item_status::success, {}},
           "Create done");
  said.say_quota(quota_committed{pod.size()}, "Quota committed");
  said.say(pod_active{address, power_state::running}, "CloudPod created", category::state_change);
  said.say(job_succeeded{job_result{address, pod.order.guest, said.item().output}},
           "Job succeeded");
}

/// The code of a create's failure (contract 10, 11).
std::string create_failure(const queue_item& create) {
  return create.vmid_lost ? "VMID_IN_USE" : "CREATE_FAILED";
}

/// A create that failed or was cancelled, and of which nothing is left on the node.
void end_undone(item_facts& said) {
  const bool cancel = said.of_job().cancel_requested;
  const auto why = cancel ? std::string{"cancelled"} : said.item().error_message;
  said.say(item_ended{said.item().id, item_action::create, item_status::failed, why},
           "Create undone");
  said.release();
  said.say(pod_failed{cancel ? pod_fault::cancelled : pod_fault::create_failed, why, false},
           cancel ? "CloudPod cancelled" : "CloudPod could not be created", category::state_change);
  if (cancel)
    said.say(job_cancelled{}, "Job cancelled");
  else
    said.say(job_failed{create_failure(said.item()), why}, "Job failed", category::error);
}

/// A create whose remains could not be removed: all stays held, a cleanup goes on (contract 10).
/// `left` says what the removal met; the create's own failure comes first.
void end_with_remains(item_facts& said, const std::string& left, const item_id& spare) {
  const bool cancel = said.of_job().cancel_requested;
  const auto cause = cancel ? std::string{"cancelled"} : said.item().error_message;
  const auto why = short_of(cause + "; its remains could not be removed: " + left);
  said.say(item_ended{said.item().id, item_action::create, item_status::failed, why},
           "Create failed, remains are left");
  said.say(item_queued{spare, item_action::cleanup, {}}, "Cleanup queued");
  said.say(pod_failed{cancel ? pod_fault::cancelled : pod_fault::create_failed, why, true},
           "CloudPod could not be created, its remains are being removed", category::state_change);
  said.say(job_failed{create_failure(said.item()), why}, "Job failed", category::error);
}

void end_failed_destroy(item_facts& said, pod_fault fault, const std::string& why) {
  said.say(item_ended{said.item().id, item_action::destroy, item_status::failed, why},
           "Destroy failed");
  said.say(pod_failed{fault, why, false}, "CloudPod could not be destroyed",
           category::state_change);
  said.say(job_failed{std::string{text(fault)}, why}, "Job failed", category::error);
}

/// That of a create's remains belongs to a job that ended before; that of a deleted pod's backups
/// is a job of its own.
void end_cleanup(item_facts& said) {
  const auto& item = said.item();
  const bool left = !said.of_pod().is_live() && !said.of_pod().backups.empty();
  if (left) {
    said.say(item_ended{item.id, item_action::cleanup, item_status::failed, item.error_message},
             "Cleanup failed");
    said.say(job_failed{"CLEANUP_FAILED", item.error_message}, "Job failed", category::error);
    return;
  }
  said.say(item_ended{item.id, item_action::cleanup, item_status::success, {}}, "Cleanup done");
  said.release();
  if (!is_terminal(said.of_job().status))
    said.say(job_succeeded{job_result{std::nullopt, said.of_pod().order.guest, item.output}},
             "Job succeeded");
}

/// Nothing more is tried in this direction.
void fail_for_good(item_facts& said, const next_move& move, item_step_done done,
                   const item_id& spare, pod_fault fault) {
  const auto why = done.message;
  const auto action = said.item().action;
  done.then =
      !move.undoing && action != item_action::destroy ? follow_up::undo : follow_up::give_up;
  said.say(done, "Step " + words_of(move.which) + " failed", category::warn);
  if (done.then == follow_up::undo)
    return;
  if (action == item_action::destroy)
    end_failed_destroy(said, fault, why);
  else if (action == item_action::create)
    end_with_remains(said, why, spare);
  else
    end_action(said);
}

void schedule(item_facts& said, const next_move& move, const failed& answer,
              const retry_policy& policy, instant now, double chance) {
  const bool counted = answer.why != failure_class::busy;
  said.say(ended(move, step_result::failed, follow_up::repeat, answer.message),
           "Step " + words_of(move.which) + " is tried again", category::warn);
  said.say(item_retry_scheduled{move.item, answer.why, answer.message,
                                backoff(policy, said.item().retry_count, now, chance), counted},
           "Retry scheduled");
}

bool tried_enough(const queue_item& item, step which, const failed& answer,
                  const retry_policy& policy, instant now) {
  // A cleanup goes on until the node is clean; that of a deleted pod's backups is asked for again.
  if (item.action == item_action::cleanup && which != step::prune)
    return false;
  switch (answer.why) {
  case failure_class::busy:
    return item.busy_since && now - *item.busy_since >= policy.busy_window;
  case failure_class::transient:
  // A newer writer holds the node: that says nothing about the pod.
  case failure_class::fenced:
    return item.failures + 1 >= policy.max_attempts;
  default:
    return true;
  }
}

/// A guest that is not ours is not touched (contract 11). Another's stands where ours should be:
/// ours is gone, which is what a destroy wants. One without a mark is nobody's to remove: an
/// operator decides, and a cleanup tells of it once and waits.
void meet_stranger(item_facts& said, const next_move& move, const failed& answer,
                   const retry_policy& policy, instant now, double chance, const item_id& spare) {
  const bool marked = answer.why == failure_class::not_ours;
  const auto action = said.item().action;
  const bool cleanup = action == item_action::cleanup;
  if (marked || !cleanup || said.item().error_message != answer.message)
    said.say(pod_ownership_conflict{marked, answer.message},
             "The guest on this vmid does not carry the pod's mark", category::error);
  auto done = ended(move, step_result::failed, follow_up::give_up, answer.message);
  done.code = text(pod_fault::ownership_conflict);
  if (action != item_action::create && !only_removes(action)) {
    if (!marked && said.of_pod().status == pod_status::active)
      said.say(pod_failed{pod_fault::ownership_conflict, answer.message, false},
               "CloudPod's guest has lost its mark", category::state_change);
    fail_for_good(said, move, std::move(done), spare, pod_fault::ownership_conflict);
  } else if (marked) {
    said.say(ended(move, step_result::failed, follow_up::proceed, answer.message),
             "The pod's own guest is gone", category::warn);
  } else if (cleanup) {
    schedule(said, move, answer, policy, now, chance);
  } else {
    fail_for_good(said, move, std::move(done), spare, pod_fault::ownership_conflict);
  }
}

void tell_pruned(item_facts& said) {
  const auto& rule = said.item().parameters;
  const auto* why = said.of_pod().is_live() ? "retention" : "pod_deleted";
  for (const auto& each : backups_to_prune(said.of_pod(), rule.keep_last, rule.keep_days))
    said.say(pod_backup_deleted{each.id, why}, "Backup deleted", category::backup);
}

void succeed(item_facts& said, const next_move& move, const succeeded& answer,
             const findings& found) {
  const auto& rule = said.item().parameters;
  auto done = ended(move, step_result::succeeded, follow_up::proceed,
                    answer.warning.value_or(std::string{}));
  done.ip_address = answer.address;
  done.volumes = found.volumes;
  done.output = answer.output;
  done.seen = found.seen;
  done.archive = found.archive;
  if (answer.archive && !done.archive)
    done.archive = archive_reading{*answer.archive, 0};
  done.health = found.health;
  said.say(done, "Step " + words_of(move.which) + " done",
           answer.warning ? category::warn : category::info);
  if (move.which == step::archive && done.archive)
    said.say(pod_backed_up{rule.backup, *done.archive, rule.mode, rule.by_policy}, "Backup made",
             category::backup);
  else if (move.which == step::prune && !answer.warning)
    tell_pruned(said);
}

/// The item goes on without the step: to the pod it makes no difference.
void leave_out(item_facts& said, const next_move& move, const failed& answer) {
  auto done =
      ended(move, step_result::succeeded, follow_up::proceed, "left out: " + answer.message);
  done.output = answer.output;
  said.say(done,
           "Step " + words_of(move.which) + " is left out: " + std::string{consequence(move.which)},
           category::warn);
}

void fail(item_facts& said, const next_move& move, const failed& answer, const retry_policy& policy,
          instant now, double chance, const item_id& spare) {
  if (answer.why == failure_class::not_ours || answer.why == failure_class::unmarked) {
    meet_stranger(said, move, answer, policy, now, chance, spare);
    return;
  }
  const bool last = tried_enough(said.item(), move.which, answer, policy, now);
  const bool cleans_up = said.item().action == item_action::cleanup;
  if (last && !cleans_up && !consequence(move.which).empty()) {
    leave_out(said, move, answer);
  } else if (last) {
    // The guest was there before our clone, so none of it is ours to remove.
    if (answer.why == failure_class::vmid_taken && looks_first(move.which))
      said.say(pod_ownership_conflict{true, answer.message}, "The vmid is taken by another guest",
               category::error);
    auto done = ended(move, step_result::failed, follow_up::give_up, answer.message);
    done.output = answer.output;
    done.code = answer.code;
    fail_for_good(said, move, std::move(done), spare, pod_fault::destroy_failed);
  } else {
    schedule(said, move, answer, policy, now, chance);
  }
}

/// Volumes that stand although they were just freed: the removal begins again, and is counted.
bool volumes_came_back(const item_facts& said, const next_move& move, const findings& found) {
  return move.which == step::absent && !found.volumes.empty() &&
         said.item().is_done(step::free_volumes);
}

} // namespace

std::vector<new_event> begin_item(const pod_record& state, const next_move& move) {
  item_facts said{state, move};
  said.say(item_started{move.item, said.item().action},
           std::string{text(said.item().action)} + " started");
  if (said.of_job().status == job_status::pending)
    said.say(job_started{}, "Job started");
  if (said.item().action == item_action::create)
    said.say(pod_provisioning{}, "CloudPod is being created", category::state_change);
  else if (said.item().action == item_action::destroy)
    begin_deleting(said);
  return said.take();
}

std::vector<new_event> begin_step(const pod_record& state, const next_move& move,
                                  bool vmid_unseen) {
  item_facts said{state, move};
  said.say(item_step_started{move.item, move.which, move.attempt, move.undoing, vmid_unseen},
           "Step " + words_of(move.which) + " started");
  return said.take();
}

std::vector<new_event> end_step(const pod_record& state, const next_move& move,
                                const outcome& answer, const findings& found,
                                const retry_policy& policy, instant now, double chance,
                                const item_id& spare) {
  item_facts said{state, move};
  if (const auto* good = std::get_if<succeeded>(&answer); good != nullptr) {
    if (volumes_came_back(said, move, found))
      fail(said, move, {failure_class::transient, "Volumes of the guest are left.", good->output},
           policy, now, chance, spare);
    else
      succeed(said, move, *good, found);
  } else if (const auto* bad = std::get_if<failed>(&answer))
    fail(said, move, *bad, policy, now, chance, spare);
  return said.take();
}

std::vector<new_event> renumber(const pod_record& state, const next_move& move, vmid replacement,
                                instant now) {
  item_facts said{state, move};
  const auto from = state.pod.order.guest;
  const auto why = "The vmid " + std::to_string(from) + " is taken by another guest.";
  if (said.item().open)
    said.say(ended(move, step_result::failed, follow_up::repeat, why),
             "Step " + words_of(move.which) + " is tried with another vmid", category::warn);
  said.say(pod_renumbered{from, replacement}, why, category::warn);
  said.say(item_retry_scheduled{move.item, failure_class::vmid_taken, why, now, true},
           "Retry scheduled");
  return said.take();
}

std::vector<new_event> redo(const pod_record& state, const next_move& move, instant now) {
  item_facts said{state, move};
  const std::string why = "An earlier attempt left remains, which are removed first.";
  said.say(ended(move, step_result::failed, follow_up::redo, why), why, category::warn);
  said.say(item_retry_scheduled{move.item, failure_class::transient, why, now, true},
           "Retry scheduled");
  return said.take();
}

std::vector<new_event> finish_item(const pod_record& state, const next_move& move) {
  item_facts said{state, move};
  const auto& item = said.item();
  const bool is_action = item.action != item_action::create && !only_removes(item.action);
  if (is_action && move.what == domain::move::refuse) {
    refuse_action(said);
    return said.take();
  }
  if (is_action && move.what == domain::move::interrupt) {
    cut_short(said);
    return said.take();
  }
  if (move.what == domain::move::interrupt) {
    said.say(item_ended{item.id, item.action, item_status::failed, "cancelled"},
             "Cut short by a destroy");
    if (!is_terminal(said.of_job().status))
      said.say(job_cancelled{}, "Job cancelled");
    if (item.action == item_action::create)
      begin_deleting(said);
    return said.take();
  }
  switch (item.action) {
  case item_action::create:
    if (item.aim == follow_up::proceed && !said.of_job().cancel_requested)
      end_active(said);
    else
      end_undone(said);
    break;
  case item_action::destroy:
    end_destroyed(said);
    break;
  case item_action::cleanup:
    end_cleanup(said);
    break;
  default:
    end_action(said);
  }
  return said.take();
}

} // namespace cloudpods::domain
