#include <algorithm>

#include "domain/health.hpp"
#include "domain/item_facts.hpp"
#include "domain/item_steps.hpp"

namespace cloudpods::domain {

namespace {

/// Contract 10, 11: the special one that a step gave, else the action's own.
std::string failure_code(const queue_item& item) {
  if (!item.error_code.empty())
    return item.error_code;
  std::string code{text(item.action)};
  std::ranges::transform(code, code.begin(),
                         [](char c) { return c == '_' ? c : static_cast<char>(c - 'a' + 'A'); });
  return code + "_FAILED";
}

std::string name_of(item_action action) {
  std::string name{text(action)};
  std::ranges::replace(name, '_', ' ');
  name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return name;
}

/// Tells the power where it is another than the pod's, or another is wanted from here on.
void tell_power(item_facts& said, std::optional<power_state> wanted) {
  const auto& pod = said.of_pod();
  const auto power = power_after(pod, said.item());
  const auto* is = reading_at_end(said.item());
  const bool restarted = said.item().ever_did(step::start) && (is == nullptr || !is->pending);
  if (power == pod.power && (!wanted || *wanted == pod.wanted) &&
      !(restarted && pod.pending_reboot))
    return;
  said.say(pod_power_changed{power, wanted, restarted}, "CloudPod is " + std::string{text(power)},
           category::state_change);
}

std::optional<plan_snapshot> new_plan(const pod& pod, const queue_item& scale) {
  const auto& plan = scale.parameters.plan_bought;
  return plan && *plan != pod.order.snapshot ? plan : std::nullopt;
}

/// What stands after a scale, whether it succeeded or not.
void tell_size(item_facts& said, bool succeeded) {
  const auto& pod = said.of_pod();
  const auto& item = said.item();
  const auto now = succeeded ? *item.parameters.to : size_after(pod, item);
  const auto plan = succeeded ? new_plan(pod, item) : std::nullopt;
  const bool waits =
      item.pending && (reading_at_end(item) != nullptr || !item.ever_did(step::start));
  said.settle(now, pod.growing);
  if (now != pod.sizes() || plan || waits)
    said.say(pod_scaled{pod.sizes(), now, plan, waits}, "CloudPod scaled", category::state_change);
}

job_result result_of(const item_facts& said) {
  const auto& item = said.item();
  job_result made;
  made.ip_address = item.ip_address ? item.ip_address : said.of_pod().order.ip_address;
  made.guest = said.of_pod().order.guest;
  made.output = item.output;
  if (item.action == item_action::scale) {
    made.pending_reboot = item.pending && !item.ever_did(step::start);
    if (item.parameters.disk_kept)
      made.disk_kept = true;
  }
  if (!item.parameters.backup.empty())
    made.backup = item.parameters.backup;
  return made;
}

void tell_health(item_facts& said) {
  const auto& item = said.item();
  if (!item.health)
    return;
  const auto& now = *item.health;
  if (!is_news(said.of_pod().health, now))
    return;
  said.say(pod_health_changed{now}, "Health is " + std::string{text(now.status)}, category::health);
}

void tell_found(item_facts& said) {
  const auto& item = said.item();
  if (!item.seen)
    return;
  auto found = *item.seen;
  const auto now = said.of_pod().sizes();
  if (!found.disk_gb)
    found.disk_gb = now.disk_gb;
  // A VM's swap is inside the guest: the node knows nothing of it.
  if (said.of_pod().order.kind == guest_kind::vm)
    found.swap_mb = now.swap_mb;
  said.settle({found.cpu_cores, found.memory_mb, found.swap_mb, *found.disk_gb}, {});
  // An address that we gave is ours to tell: what the guest says of it changes nothing.
  const auto& pod = said.of_pod();
  const bool given = pod.order.build.prefix_length > 0 || pod.remains.registered;
  said.say(pod_synced{found, given ? std::nullopt : item.ip_address},
           "CloudPod read back from its node", category::state_change);
}

void tell_success(item_facts& said) {
  const auto& item = said.item();
  switch (item.action) {
  case item_action::start:
  case item_action::reboot:
    tell_power(said, power_state::running);
    break;
  case item_action::stop:
    tell_power(said, power_state::stopped);
    break;
  case item_action::suspend:
  case item_action::resume:
    tell_power(said, std::nullopt);
    break;
  case item_action::scale:
    tell_size(said, true);
    tell_power(said, std::nullopt);
    break;
  case item_action::restore:
    said.say(pod_restored{item.parameters.backup, power_after(said.of_pod(), item)},
             "CloudPod restored", category::backup);
    break;
  case item_action::rollback:
    said.say(pod_rolled_back{item.parameters.name, power_after(said.of_pod(), item)},
             "CloudPod rolled back", category::state_change);
    break;
  case item_action::snapshot:
    said.say(pod_snapshot_created{item.parameters.name, item.parameters.description},
             "Snapshot created");
    break;
  case item_action::delete_snapshot:
    said.say(pod_snapshot_deleted{item.parameters.name}, "Snapshot deleted");
    break;
  case item_action::sync:
    tell_found(said);
    break;
  case item_action::health:
    tell_health(said);
    break;
  default:
    break;
  }
}

/// What an action that failed, or was cut short, leaves behind.
void tell_leftovers(item_facts& said) {
  const auto& item = said.item();
  if (item.action == item_action::scale)
    tell_size(said, false);
  // Once size and disk are set again the guest stands as restored, if perhaps not started.
  const bool stands = item.ever_did(step::resize);
  const bool goes_anyway = said.of_pod().status == pod_status::deleting;
  const bool broke = item.action == item_action::restore && item.ever_began(step::restore) &&
                     !item.met_stranger && !goes_anyway;
  if (broke && stands) {
    said.say(pod_restored{item.parameters.backup, power_after(said.of_pod(), item)},
             "CloudPod restored", category::backup);
    return;
  }
  if (broke) {
    said.say(pod_failed{pod_fault::restore_failed, item.error_message, false},
             "CloudPod could not be restored", category::state_change);
    return;
  }
  const bool touches_power = item.ever_began(step::stop) || item.ever_began(step::start) ||
                             item.ever_began(step::roll_back);
  if (touches_power)
    tell_power(said, std::nullopt);
}

} // namespace

power_state power_after(const pod& pod, const queue_item& item) {
  if (const auto* is = reading_at_end(item))
    return is->power;
  if (item.is_done(step::start) || item.is_done(step::wait))
    return power_state::running;
  if (item.ever_did(step::stop) || item.ever_did(step::roll_back) || item.ever_did(step::restore))
    return power_state::stopped;
  return item.seen ? item.seen->power : pod.power;
}

void end_action(item_facts& said) {
  const auto& item = said.item();
  const auto action = name_of(item.action);
  const bool done =
      item.aim == follow_up::proceed && !item.undoing && !next_forward(said.of_pod(), item, {});
  if (done) {
    said.say(item_ended{item.id, item.action, item_status::success, {}}, action + " done");
    tell_success(said);
    said.say(job_succeeded{result_of(said)}, "Job succeeded");
    return;
  }
  if (said.of_job().cancel_requested && !is_past_return(item)) {
    cut_short(said);
    return;
  }
  said.say(item_ended{item.id, item.action, item_status::failed, item.error_message},
           action + " failed");
  tell_leftovers(said);
  said.say(job_failed{failure_code(item), item.error_message}, "Job failed", category::error);
}

void cut_short(item_facts& said) {
  const auto& item = said.item();
  said.say(item_ended{item.id, item.action, item_status::failed, "cancelled"},
           name_of(item.action) + " cancelled");
  tell_leftovers(said);
  said.say(job_cancelled{}, "Job cancelled");
}

void refuse_action(item_facts& said) {
  const auto& item = said.item();
  const auto why = objection(said.of_pod(), item.action, item.parameters, true);
  const auto sentence = why ? why->message : std::string{"It makes no sense any more."};
  said.say(item_ended{item.id, item.action, item_status::failed, sentence},
           name_of(item.action) + " refused");
  tell_leftovers(said);
  said.say(job_failed{std::string{text(why ? why->code : problem_code::invalid_state)}, sentence},
           "Job failed", category::error);
}

} // namespace cloudpods::domain
