#include "domain/pod.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

/// Which changes an event makes to its pod; facts of other kinds change nothing.
struct pod_fold {
  pod& state;
  const event& fact;

  void operator()(const pod_ordered& ordered) const {
    const auto created = state.id.empty() ? fact.at : state.created_at;
    state.id = fact.pod;
    state.tenant = fact.tenant;
    state.order = ordered;
    state.status = pod_status::pending;
    state.power = power_state::unknown;
    state.error.reset();
    state.held = holding::reserved;
    state.created_at = created;
  }

  void operator()(const pod_renumbered& renumbered) const {
    state.order.guest = renumbered.to;
    state.remains.built = state.remains.unseen = state.remains.marked = false;
  }

  void operator()(const pod_ownership_conflict& conflict) const {
    // Another's guest stands on our vmid, so ours is gone.
    if (conflict.marked)
      state.remains.built = state.remains.unseen = state.remains.marked = false;
  }

  void operator()(const item_step_started& started) const {
    switch (started.which) {
    case step::clone:
    case step::create:
      state.remains.unseen = started.vmid_unseen || (state.remains.built && state.remains.unseen);
      state.remains.built = true;
      break;
    case step::register_address:
      state.remains.registered = true;
      break;
    case step::write_snippet:
      state.remains.snippet = true;
      break;
    default:
      break;
    }
  }

  void operator()(const item_step_done& ended) const {
    if (ended.result != step_result::succeeded)
      return;
    switch (ended.which) {
    case step::clone:
    case step::mark:
      state.remains.marked = true;
      break;
    case step::absent:
      if (ended.volumes.empty())
        state.remains.built = state.remains.unseen = state.remains.marked = false;
      break;
    case step::release_address:
      state.remains.registered = false;
      break;
    case step::remove_snippet:
      state.remains.snippet = false;
      break;
    default:
      break;
    }
  }

  void operator()(const pod_provisioning&) const { state.status = pod_status::provisioning; }

  void operator()(const pod_active& active) const {
    state.status = pod_status::active;
    state.power = active.power;
    state.order.ip_address = active.ip_address;
    state.held = holding::used;
  }

  void operator()(const pod_failed& broken) const {
    state.status = pod_status::error;
    state.error = pod_error{broken.code, broken.message, broken.cleanup_pending};
    const bool create =
        broken.code == pod_fault::create_failed || broken.code == pod_fault::cancelled;
    if (create && !broken.cleanup_pending)
      let_go();
  }

  void operator()(const pod_deleting&) const { state.status = pod_status::deleting; }

  void operator()(const pod_deleted&) const {
    state.status = pod_status::deleted;
    state.power = power_state::unknown;
    state.error.reset();
    state.current_job.reset();
    state.deleted_at = fact.at;
    state.held = holding::none;
  }

  void operator()(const item_started& started) const {
    if (started.action != item_action::cleanup)
      state.current_job = fact.job;
  }

  void operator()(const item_ended& ended) const {
    if (state.current_job == fact.job)
      state.current_job.reset();
    if (ended.action == item_action::cleanup && ended.status == item_status::success) {
      if (state.error)
        state.error->cleanup_pending = false;
      let_go();
    }
  }

  template <class Other>
  void operator()(const Other&) const {}

  void let_go() const {
    state.held = holding::none;
    state.order.ip_address.reset();
  }
};

} // namespace

resources pod::size() const { return {1, order.cpu_cores, order.memory_mb, order.disk_gb}; }

const job* pod_record::find(const job_id& id) const {
  const auto found = std::ranges::find(jobs, id, &job::id);
  return found == jobs.end() ? nullptr : &*found;
}

const job* pod_record::open_job(job_type type) const {
  const auto found = std::ranges::find_if(
      jobs, [&](const job& each) { return each.type == type && !is_terminal(each.status); });
  return found == jobs.end() ? nullptr : &*found;
}

bool pod_record::has_work() const {
  return std::ranges::any_of(jobs, [](const job& each) { return !each.is_closed(); });
}

void evolve(pod_record& state, const event& fact) {
  std::visit(pod_fold{state.pod, fact}, fact.payload);
  state.pod.version = fact.stream_version;
  state.pod.updated_at = fact.at;
  if (fact.job.empty())
    return;
  auto found = std::ranges::find(state.jobs, fact.job, &job::id);
  if (found == state.jobs.end()) {
    if (!std::holds_alternative<job_queued>(fact.payload))
      return;
    found = state.jobs.emplace(state.jobs.end());
  }
  evolve(*found, fact);
}

void forget_closed_jobs(pod_record& state) {
  std::erase_if(state.jobs, [](const job& each) { return each.is_closed(); });
}

} // namespace cloudpods::domain
