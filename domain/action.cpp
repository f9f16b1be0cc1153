#include "domain/action.hpp"

#include <algorithm>

#include "domain/item_steps.hpp"
#include "domain/item_work.hpp"
#include "domain/plan_limit.hpp"

namespace cloudpods::domain {

namespace {

constexpr std::size_t most_open_jobs = 1000;

using facts = std::vector<new_event>;

new_event about(const pod_record& state, const job_id& job, event_payload payload,
                std::string message, category kind = category::info) {
  return {
      pod_stream(state.pod.id), state.pod.tenant,  state.pod.id, state.pod.order.guest, job, kind,
      std::move(message),       std::move(payload)};
}

std::unexpected<problem> wrong_field(std::string field, std::string code, std::string sentence) {
  problem why{problem_code::validation_failed, "The request breaks a rule."};
  why.errors.push_back({std::move(field), std::move(code), std::move(sentence)});
  return std::unexpected{std::move(why)};
}

/// What a scale is to come to, filled into its parameters.
expected<void> size_up(const pod& pod, const catalogue& offers, const act_on_pod& wish,
                       action_parameters& made) {
  auto to = pod.sizes();
  if (wish.plan) {
    const auto* sold = offers.find_plan(*wish.plan);
    if (sold == nullptr || !sold->is_active)
      return refused(problem_code::plan_not_found, "There is no such plan.");
    made.plan_bought = snapshot_of(*sold);
    to.cpu_cores = sold->vcpu;
    to.memory_mb = sold->ram_mb;
    if (pod.order.kind == guest_kind::ct)
      to.swap_mb = sold->swap_mb;
    made.disk_kept = sold->storage_gb < to.disk_gb;
    to.disk_gb = std::max(to.disk_gb, sold->storage_gb);
  } else {
    if (!wish.cpu_cores && !wish.memory_mb && !wish.disk_gb)
      return wrong_field("", "required", "names no size: cpuCores, memoryMb, diskGb or planCode");
    to.cpu_cores = wish.cpu_cores.value_or(to.cpu_cores);
    to.memory_mb = wish.memory_mb.value_or(to.memory_mb);
    if (wish.disk_gb && *wish.disk_gb < to.disk_gb)
      return wrong_field("/diskGb", "out_of_range",
                         "must be at least " + std::to_string(to.disk_gb) + ": a disk only grows");
    to.disk_gb = wish.disk_gb.value_or(to.disk_gb);
  }
  made.to = to;
  return {};
}

/// A pod that comes to another plan is one more of that plan.
expected<void> admit_new_plan(const tenant_state& tenant, const pod& pod, const catalogue& offers,
                              const action_parameters& made) {
  const auto* sold = made.plan_bought && made.plan_bought->code != pod.order.plan
                         ? offers.find_plan(made.plan_bought->code.value)
                         : nullptr;
  if (sold == nullptr)
    return {};
  return admit_pods_of_plan(tenant, limits_of(tenant, offers).limit, *sold, {1, 0, 0, 0});
}

/// One scale at a time, and nothing beside what puts an earlier state in place (contract 10).
bool is_busy(const pod_record& state, item_action action) {
  if (action == item_action::scale && state.open_item(item_action::scale) != nullptr)
    return true;
  const bool goes_back = state.open_item(item_action::restore) != nullptr ||
                         state.open_item(item_action::rollback) != nullptr;
  return goes_back && action != item_action::health;
}

std::size_t open_jobs(const tenant_state& tenant) {
  std::size_t count = 0;
  for (const auto& [id, record] : tenant.pods)
    count += record->jobs.size();
  return count;
}

/// The archive that is put back, as the books have it.
void name_archive(const pod& pod, action_parameters& made) {
  if (const auto* known = pod.find_backup(made.backup)) {
    made.volume = known->archive.volume;
    made.storage = known->archive.volume.substr(0, known->archive.volume.find(':'));
  }
}

void say_suspension(const pod_record& state, const act_on_pod& wish, const job_id& job,
                    facts& said) {
  // A retry finds it said already: since when and why stays as it was.
  if (wish.action == item_action::suspend && !state.pod.suspended)
    said.push_back(about(state, job, pod_suspended{wish.reason}, "CloudPod suspended",
                         category::state_change));
  else if (wish.action == item_action::resume && state.pod.suspended)
    said.push_back(
        about(state, job, pod_resumed{wish.reason}, "CloudPod resumed", category::state_change));
}

bool is_so_already(const pod& pod, item_action action) {
  return (action == item_action::suspend && pod.suspended) ||
         (action == item_action::resume && !pod.suspended);
}

/// A retried suspend finds the pod suspended, and is to stop it all the same.
bool is_retry(const act_on_pod& wish) { return wish.retry_of.has_value(); }

} // namespace

job_type type_of(item_action action) {
  switch (action) {
  case item_action::create:
    return job_type::provision;
  case item_action::scale:
    return job_type::scale;
  case item_action::backup:
    return job_type::backup;
  case item_action::restore:
    return job_type::restore;
  case item_action::snapshot:
  case item_action::rollback:
  case item_action::delete_snapshot:
    return job_type::snapshot;
  case item_action::start:
  case item_action::stop:
  case item_action::reboot:
    return job_type::power;
  case item_action::suspend:
  case item_action::resume:
    return job_type::suspend;
  case item_action::sync:
    return job_type::sync;
  case item_action::health:
    return job_type::health;
  case item_action::post_create:
    return job_type::stack;
  case item_action::destroy:
  case item_action::cleanup:
    break;
  }
  return job_type::destroy;
}

expected<std::variant<facts, nothing_to_do>> decide(const tenant_state& tenant,
                                                    const pod_record& state,
                                                    const catalogue& offers, const act_on_pod& wish,
                                                    const action_ids& ids) {
  const auto& pod = state.pod;
  auto made = wish.parameters;
  // What the request itself has wrong comes before what its pod is like (contract 5).
  if (wish.action == item_action::scale)
    if (auto sized = size_up(pod, offers, wish, made); !sized)
      return std::unexpected{std::move(sized.error())};
  if (open_jobs(tenant) >= most_open_jobs)
    return refused(problem_code::too_many_jobs, "Too many jobs of this tenant are waiting.");
  if (auto why = objection(pod, wish.action, made, false))
    return std::unexpected{std::move(*why)};
  if (is_so_already(pod, wish.action) && !is_retry(wish))
    return nothing_to_do{};
  if (is_busy(state, wish.action))
    return refused(problem_code::pod_busy, "The pod is busy with another such job.");
  facts said;
  if (wish.action == item_action::scale) {
    if (auto room = admit_new_plan(tenant, pod, offers, made); !room)
      return std::unexpected{std::move(room.error())};
    const auto more = growth(pod.sizes(), *made.to);
    if (auto room = admit(limits_of(tenant, offers).limit, tenant.held.held(), more); !room)
      return std::unexpected{std::move(room.error())};
    if (more != resources{}) {
      auto reserved = about(state, ids.job, quota_reserved{more}, "Quota reserved");
      reserved.stream = tenant_stream(pod.tenant);
      said.push_back(std::move(reserved));
    }
  }
  if (wish.action == item_action::restore) {
    name_archive(pod, made);
  } else if (wish.action == item_action::backup || made.backup_first) {
    made.backup = ids.backup;
    made.storage = offers.backup_storage.value;
  }
  said.push_back(about(state, ids.job,
                       job_queued{type_of(wish.action), wish.user, wish.payload, wish.retry_of},
                       "Job queued"));
  said.push_back(about(state, ids.job,
                       item_queued{ids.item, wish.action, wish.payload, std::move(made)},
                       "Item queued"));
  say_suspension(state, wish, ids.job, said);
  return said;
}

expected<facts> protect(const pod_record& state, bool wanted) {
  if (!state.pod.is_live())
    return refused(problem_code::invalid_state, "The pod is deleted.",
                   std::vector<detail>{{"status", std::string{text(state.pod.status)}}});
  if (state.pod.is_protected == wanted)
    return facts{};
  // Contract 10: a pod that is being made can be destroyed or cancelled, and no more.
  if (wanted &&
      (state.pod.status == pod_status::pending || state.pod.status == pod_status::provisioning))
    return refused(problem_code::invalid_state, "The pod is still being made.",
                   std::vector<detail>{{"status", std::string{text(state.pod.status)}}});
  if (wanted)
    return facts{about(state, {}, pod_protected{}, "CloudPod protected")};
  return facts{about(state, {}, pod_unprotected{}, "CloudPod not protected any more")};
}

expected<facts> cancel(const pod_record& state, const job& of_job, const std::string& reason) {
  const auto refuse = [&](std::string sentence) {
    return refused(problem_code::invalid_state, std::move(sentence),
                   std::vector<detail>{{"status", std::string{text(of_job.status)}}});
  };
  if (is_terminal(of_job.status))
    return refuse("The job has ended.");
  const bool fixed = std::ranges::any_of(of_job.items, [](const queue_item& each) {
    if (is_terminal(each.status))
      return false;
    if (each.action == item_action::destroy)
      return each.status == item_status::running;
    return is_past_return(each);
  });
  if (fixed || of_job.type == job_type::destroy)
    return refuse("The job cannot be cancelled any more.");
  if (of_job.cancel_requested)
    return facts{};
  return facts{about(state, of_job.id, job_cancel_requested{reason}, "Cancel requested")};
}

} // namespace cloudpods::domain
