#include "samples.hpp"

namespace cloudpods::persistence::samples {

using namespace domain;

namespace {

/// What a happening is a job of, and what it says when it is done.
struct told {
  job_type type = job_type::sync;
  item_action action = item_action::sync;
  std::vector<event_payload> facts;
  bool succeeded = true;
};

pod_size sizes_of(const resources& size) {
  return {size.cpu_cores, size.memory_mb, 512, size.disk_gb};
}

archive_reading archive(int number) {
  return {"backups:backup/vzdump-" + std::to_string(number) + ".vma.zst", 1'000'000'000LL + number};
}

std::string backup_id(const subject& it, int number) {
  return "bak-" + it.pod().value + "-" + std::to_string(number);
}

/// Facts that come without a job: decided at once, or by the pod's actor.
std::vector<event_payload> at_once(happening what) {
  switch (what) {
  case happening::found_unknown:
    return {pod_power_changed{power_state::unknown, std::nullopt, false}};
  case happening::locked:
    return {pod_protected{}};
  case happening::unlocked:
    return {pod_unprotected{}};
  default:
    return {};
  }
}

told scale_of(const resources& before, const resources& after, bool other_plan) {
  pod_scaled said{sizes_of(before), sizes_of(after), std::nullopt, !other_plan};
  if (other_plan) {
    said.snapshot.emplace();
    said.snapshot->code = plan_code{"premium"};
    said.snapshot->vcpu = after.cpu_cores;
  }
  return {job_type::scale, item_action::scale, {said}};
}

told copies_of(const subject& it, happening what, int number) {
  const auto mode = number % 2 == 0 ? backup_mode::snapshot : backup_mode::stop;
  switch (what) {
  case happening::backed_up:
    return {job_type::backup,
            item_action::backup,
            {pod_backed_up{backup_id(it, number), archive(number), mode, number % 3 == 0}}};
  case happening::pruned:
    return {job_type::backup,
            item_action::backup,
            {pod_backed_up{backup_id(it, number), archive(number), mode, true},
             pod_backup_deleted{backup_id(it, number - 1), "retention"}}};
  case happening::restored:
    return {job_type::restore,
            item_action::restore,
            {pod_restored{backup_id(it, number), power_state::running}}};
  case happening::restore_broke:
    return {job_type::restore,
            item_action::restore,
            {pod_failed{pod_fault::restore_failed, "the archive is broken", false}},
            false};
  case happening::snapped:
    return {job_type::snapshot, item_action::snapshot, {pod_snapshot_created{"before", "a try"}}};
  case happening::rolled_back:
    return {job_type::restore,
            item_action::rollback,
            {pod_rolled_back{"before", power_state::stopped}}};
  default:
    return {job_type::snapshot, item_action::delete_snapshot, {pod_snapshot_deleted{"before"}}};
  }
}

told looked(happening what, int number, const resources& size) {
  if (what == happening::ill) {
    pod_health_changed said;
    said.health.status = number % 2 == 0 ? health_status::critical : health_status::ok;
    return {job_type::health, item_action::health, {said}};
  }
  pod_synced said{
      {power_state::stopped, size.cpu_cores, size.memory_mb, 512, size.disk_gb, number % 2 == 0},
      std::nullopt};
  if (number % 3 == 0) {
    said.found.disk_gb.reset();
    said.ip_address = "10.9.0." + std::to_string(number % 250 + 1);
  }
  return {job_type::sync, item_action::sync, {said}};
}

told powered(happening what) {
  switch (what) {
  case happening::stopped:
    return {job_type::power,
            item_action::stop,
            {pod_power_changed{power_state::stopped, power_state::stopped, false}}};
  case happening::started:
    return {job_type::power,
            item_action::start,
            {pod_power_changed{power_state::running, power_state::running, true}}};
  case happening::suspended:
    return {
        job_type::suspend,
        item_action::suspend,
        {pod_suspended{"unpaid"}, pod_power_changed{power_state::stopped, std::nullopt, false}}};
  default:
    return {job_type::suspend, item_action::resume, {pod_resumed{"paid"}}};
  }
}

told told_of(const subject& it, happening what, int number, const resources& before,
             const resources& after) {
  switch (what) {
  case happening::scaled:
  case happening::scaled_to_plan:
    return scale_of(before, after, what == happening::scaled_to_plan);
  case happening::stopped:
  case happening::started:
  case happening::suspended:
  case happening::resumed:
    return powered(what);
  case happening::ill:
  case happening::synced:
    return looked(what, number, before);
  default:
    return copies_of(it, what, number);
  }
}

} // namespace

decision lived(const subject& it, happening what, int number, resources& size) {
  const auto job = "life-" + std::to_string(number);
  if (const auto facts = at_once(what); !facts.empty()) {
    auto out = decided({});
    for (const auto& each : facts)
      out.events.push_back(it.of_pod(each, "none"));
    out.events.front().job = {};
    return out;
  }
  const auto before = size;
  if (what == happening::scaled || what == happening::scaled_to_plan)
    size += resources{0, 1, 512, 10};
  const auto said = told_of(it, what, number, before, size);
  item_queued queued{it.item(job), said.action, json_text{"{}"}};
  if (said.action == item_action::scale)
    queued.parameters.to = sizes_of(size);
  auto out = decided({it.of_pod(job_queued{said.type, user_id{"user-7"}, json_text{"{}"}, {}}, job),
                      it.of_pod(queued, job), it.of_pod(job_started{}, job),
                      it.of_pod(item_started{it.item(job), said.action}, job)});
  const auto status = said.succeeded ? item_status::success : item_status::failed;
  out.events.push_back(it.of_pod(
      item_ended{it.item(job), said.action, status, said.succeeded ? "" : "it broke"}, job));
  for (const auto& each : said.facts)
    out.events.push_back(it.of_pod(each, job));
  if (said.action == item_action::scale) {
    out.events.push_back(it.of_tenant(quota_reserved{resources{0, 1, 512, 10}}));
    out.events.push_back(it.of_tenant(quota_committed{resources{0, 1, 512, 10}}));
  }
  job_result result;
  result.pending_reboot = number % 2 == 0;
  result.backup = backup_id(it, number);
  if (said.succeeded)
    out.events.push_back(it.of_pod(job_succeeded{result}, job));
  else
    out.events.push_back(it.of_pod(job_failed{"RESTORE_FAILED", "it broke"}, job));
  return out;
}

} // namespace cloudpods::persistence::samples
