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
    state.remains.restoring = false;
    // Another's guest stands on our vmid, so ours is gone. Of a pod that is active a look told it:
    // its end looks again.
    if (conflict.marked && state.status != pod_status::active)
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
    // A restore that broke may have taken the guest, mark and all, away.
    if (ended.which == step::restore && ended.result == step_result::failed &&
        ended.then == follow_up::undo && ended.code != text(pod_fault::ownership_conflict))
      state.remains.restoring = true;
    if (ended.result != step_result::succeeded)
      return;
    switch (ended.which) {
    case step::clone:
    case step::mark:
      state.remains.marked = true;
      state.adopting.reset();
      break;
    case step::restore:
      state.remains.restoring = false;
      break;
    case step::absent:
      if (ended.volumes.empty())
        state.remains.built = state.remains.unseen = state.remains.marked =
            state.remains.restoring = false;
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
    state.power = state.wanted = active.power;
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
    state.suspended.reset();
    state.is_protected = false;
    state.pending_reboot = false;
    state.snapshots.clear();
    state.health.reset();
    state.drifts.clear();
    state.adopting.reset();
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

  void operator()(const pod_scaled& scaled) const {
    resize(scaled.to);
    state.pending_reboot = state.pending_reboot || scaled.pending_reboot;
    if (scaled.snapshot) {
      state.order.snapshot = *scaled.snapshot;
      state.order.plan = scaled.snapshot->code;
    }
  }

  void operator()(const pod_power_changed& changed) const {
    state.power = changed.power;
    if (changed.wanted)
      state.wanted = *changed.wanted;
    if (changed.restarted || changed.power == power_state::stopped)
      state.pending_reboot = false;
  }

  void operator()(const pod_backed_up& made) const {
    if (made.by_policy)
      state.upkeep_failed_at.reset();
    state.backups.push_back({made.backup, made.archive, made.mode, made.by_policy, fact.at});
    state.last_backup_at = fact.at;
  }

  void operator()(const pod_backup_deleted& gone) const {
    std::erase_if(state.backups, [&](const pod_backup& each) { return each.id == gone.backup; });
  }

  void operator()(const pod_snapshot_created& made) const {
    state.snapshots.push_back({made.name, made.description, fact.at});
  }

  void operator()(const pod_snapshot_deleted& gone) const {
    std::erase_if(state.snapshots,
                  [&](const pod_snapshot_entry& each) { return each.name == gone.name; });
  }

  void operator()(const pod_restored& restored) const {
    stand_again(restored.power);
    // An archive holds no snapshots: those of the guest before are gone with it.
    state.snapshots.clear();
  }

  void operator()(const pod_rolled_back& back) const { stand_again(back.power); }

  void operator()(const pod_health_changed& changed) const {
    state.health = pod_health{changed.health, fact.at};
  }

  void operator()(const pod_synced& synced) const {
    const auto& found = synced.found;
    state.power = found.power;
    state.pending_reboot = found.pending;
    resize({found.cpu_cores, found.memory_mb, found.swap_mb,
            found.disk_gb.value_or(state.order.disk_gb)});
    if (synced.ip_address)
      state.order.ip_address = synced.ip_address;
  }

  void operator()(const pod_protected&) const { state.is_protected = true; }
  void operator()(const pod_unprotected&) const { state.is_protected = false; }

  void operator()(const pod_suspended& suspended) const {
    state.suspended = suspension{fact.at, suspended.reason};
  }

  void operator()(const pod_resumed&) const { state.suspended.reset(); }

  void operator()(const pod_drift_detected& drift) const {
    drop(drift.kind);
    state.drifts.push_back({drift.kind, drift.expected, drift.found, drift.job, false, fact.at});
    // What a failed create has left is removed as its remains are.
    if (drift.kind == drift_kind::cleanup && drift.job)
      state.remains.built = state.remains.marked = true;
  }

  void operator()(const pod_drift_resolved& drift) const {
    drop(drift.kind);
    if (drift.node)
      state.order.node = node_name{*drift.node};
  }

  void operator()(const pod_drift_ignored& drift) const {
    for (auto& each : state.drifts)
      each.ignored = each.ignored || each.kind == drift.kind;
  }

  void operator()(const pod_adopted& adopted) const {
    if (adopted.order) {
      state.id = fact.pod;
      state.tenant = fact.tenant;
      state.order = *adopted.order;
      state.created_at = fact.at;
      state.wanted = adopted.power;
      state.held = holding::used;
    }
    state.status = pod_status::active;
    state.error.reset();
    state.power = adopted.power;
    state.remains.built = true;
    state.remains.unseen = state.remains.marked = state.remains.restoring = false;
    state.adopting = adoption{adopted.replaces};
  }

  template <class Other>
  void operator()(const Other&) const {}

  void drop(drift_kind kind) const {
    std::erase_if(state.drifts, [&](const pod_drift& each) { return each.kind == kind; });
  }

  void resize(const pod_size& to) const {
    state.order.cpu_cores = to.cpu_cores;
    state.order.memory_mb = to.memory_mb;
    state.order.swap_mb = to.swap_mb;
    state.order.disk_gb = to.disk_gb;
  }

  void stand_again(power_state power) const {
    state.power = power;
    state.pending_reboot = false;
    state.remains.restoring = false;
    if (state.status == pod_status::error) {
      state.status = pod_status::active;
      state.error.reset();
    }
  }

  void let_go() const {
    state.held = holding::none;
    state.order.ip_address.reset();
  }
};

/// A restore whose outcome is not known may have taken the guest, mark and all, away.
void note_broken_restore(pod& state, const job& of_job, const item_retry_scheduled& retry) {
  const auto* item = of_job.find(retry.item);
  if (item != nullptr && item->ever_began(step::restore) && !item->ever_did(step::restore) &&
      retry.why == failure_class::transient)
    state.remains.restoring = true;
}

/// A backup that the policy asked for and that was not made, or backups of a deleted pod that are
/// left. One that was made before its item failed is good.
void note_upkeep(pod& state, const job& of_job, const item_ended& ended, instant at) {
  const auto* item = of_job.find(ended.item);
  if (item == nullptr || ended.status != item_status::failed)
    return;
  const bool backup = item->action == item_action::backup && item->parameters.by_policy &&
                      !item->ever_did(step::archive);
  if (backup || (item->action == item_action::cleanup && !state.is_live()))
    state.upkeep_failed_at = at;
}

/// What is this pod's of a job that has pods besides.
job share_of(const event& fact) {
  job made;
  made.id = fact.job;
  made.tenant = fact.tenant;
  made.pod = fact.pod;
  made.type = job_type::stack;
  made.request = fact.request;
  made.created_at = fact.at;
  made.is_share = true;
  return made;
}

} // namespace

resources growth(const pod_size& from, const pod_size& to) {
  return {0, std::max<std::int64_t>(0, to.cpu_cores - from.cpu_cores),
          std::max<std::int64_t>(0, to.memory_mb - from.memory_mb),
          std::max<std::int64_t>(0, to.disk_gb - from.disk_gb)};
}

resources pod::size() const { return {1, order.cpu_cores, order.memory_mb, order.disk_gb}; }

pod_size pod::sizes() const {
  return {order.cpu_cores, order.memory_mb, order.swap_mb, order.disk_gb};
}

const pod_backup* pod::find_backup(const std::string& backup) const {
  const auto found = std::ranges::find(backups, backup, &pod_backup::id);
  return found == backups.end() ? nullptr : &*found;
}

const pod_snapshot_entry* pod::find_snapshot(const std::string& name) const {
  const auto found = std::ranges::find(snapshots, name, &pod_snapshot_entry::name);
  return found == snapshots.end() ? nullptr : &*found;
}

const pod_drift* pod::find_drift(drift_kind kind) const {
  const auto found = std::ranges::find(drifts, kind, &pod_drift::kind);
  return found == drifts.end() ? nullptr : &*found;
}

power_state pod::target() const { return suspended ? power_state::stopped : wanted; }

const queue_item* pod_record::open_item(item_action action) const {
  for (const auto& each : jobs)
    for (const auto& item : each.items)
      if (!is_terminal(item.status) && item.action == action)
        return &item;
  return nullptr;
}

const job* pod_record::find(const job_id& id) const {
  const auto found = std::ranges::find(jobs, id, &job::id);
  return found == jobs.end() ? nullptr : &*found;
}

const job* pod_record::job_with_open(item_action action) const {
  for (const auto& each : jobs)
    for (const auto& item : each.items)
      if (!is_terminal(item.status) && item.action == action)
        return &each;
  return nullptr;
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
    const bool begins = std::holds_alternative<job_queued>(fact.payload);
    if (!begins && !std::holds_alternative<item_queued>(fact.payload))
      return;
    found = state.jobs.emplace(state.jobs.end());
    // Its job was queued in another stream: a deployment's.
    if (!begins)
      *found = share_of(fact);
  }
  evolve(*found, fact);
  if (const auto* retry = std::get_if<item_retry_scheduled>(&fact.payload))
    note_broken_restore(state.pod, *found, *retry);
  if (const auto* ended = std::get_if<item_ended>(&fact.payload))
    note_upkeep(state.pod, *found, *ended, fact.at);
}

void forget_closed_jobs(pod_record& state) {
  std::erase_if(state.jobs, [](const job& each) { return each.is_closed(); });
}

} // namespace cloudpods::domain
