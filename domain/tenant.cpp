#include "domain/tenant.hpp"

namespace cloudpods::domain {

namespace {

bool is_found_alike(const pod_ordered& one, const pod_ordered& other) {
  return one.guest == other.guest && one.name == other.name &&
         one.subscription == other.subscription;
}

/// Keeps the look-ups of live pods in step with one pod; `before` is null for a new one.
void index(tenant_state& state, const pod_record* before, const pod& after) {
  if (before != nullptr && !before->pod.id.empty() && before->pod.is_live()) {
    const auto& old = before->pod.order;
    if (after.is_live() && is_found_alike(old, after.order))
      return;
    state.by_vmid.erase(old.guest);
    state.by_name.erase(old.name);
    if (old.subscription)
      state.by_subscription.erase(*old.subscription);
  }
  if (!after.is_live())
    return;
  state.by_vmid[after.order.guest] = after.id;
  state.by_name[after.order.name] = after.id;
  if (after.order.subscription)
    state.by_subscription[*after.order.subscription] = after.id;
}

struct ledger_fold {
  tenant_state& state;
  const event& fact;

  void operator()(const tenant_created& created) const {
    state.exists = true;
    state.name = created.name;
    state.created_at = fact.at;
  }
  void operator()(const tenant_updated& updated) const {
    state.name = updated.name;
    state.slug = updated.slug;
    state.plan = updated.plan;
    state.owner = updated.owner;
    state.region = updated.region;
  }
  void operator()(const quota_changed& changed) const { state.own_limits = changed; }
  void operator()(const quota_reserved& reserved) const {
    state.held.reserved += reserved.delta;
    grow(reserved.delta);
  }
  void operator()(const quota_committed& committed) const {
    state.held.reserved -= committed.delta;
    state.held.used += committed.delta;
    grow(resources{} - committed.delta);
  }
  void operator()(const quota_released& released) const {
    state.held.reserved -= released.reserved;
    state.held.used -= released.used;
    grow(resources{} - released.reserved);
  }
  template <class Other>
  void operator()(const Other&) const {}

  /// What is reserved for a pod that stands is for its growth.
  void grow(const resources& by) const {
    const auto place = state.pods.find(fact.pod);
    if (place == state.pods.end() || place->second->pod.held != holding::used || by == resources{})
      return;
    auto grown = std::make_shared<pod_record>(*place->second);
    grown->pod.growing += by;
    place->second = std::move(grown);
  }
};

void fold_deployment_fact(tenant_state& state, const deployment_id& id, const event& fact) {
  auto& place = state.deployments[id];
  auto changed = place ? std::make_shared<deployment>(*place) : std::make_shared<deployment>();
  evolve(*changed, fact);
  if (changed->open_job)
    state.open_deployments.insert(id);
  else
    state.open_deployments.erase(id);
  place = std::move(changed);
}

void fold_whole_job(tenant_state& state, const event& fact) {
  auto& place = state.jobs[fact.job];
  auto changed = place ? std::make_shared<job>(*place) : std::make_shared<job>();
  evolve(*changed, fact);
  // What a node said is kept of the tasks: that of fifty creates would be copied at each event.
  for (auto& each : changed->items)
    if (each.action != item_action::post_create)
      each.output.clear();
  place = std::move(changed);
}

/// What a pod's stream says of the pod's share in a job of several pods. What is the pod's alone
/// (a cancel, a stranger on its vmid) is not the whole job's.
void fold_share(tenant_state& state, const event& fact) {
  const auto whole = state.deployment_jobs.find(fact.job);
  if (whole == state.deployment_jobs.end() ||
      std::holds_alternative<pod_ownership_conflict>(fact.payload) ||
      std::holds_alternative<job_cancel_requested>(fact.payload))
    return;
  fold_whole_job(state, fact);
  if (std::holds_alternative<item_queued>(fact.payload))
    fold_deployment_fact(state, whole->second, fact);
}

void fold_deployment(tenant_state& state, const deployment_id& id, const event& fact) {
  fold_deployment_fact(state, id, fact);
  if (fact.job.empty())
    return;
  if (std::holds_alternative<job_queued>(fact.payload))
    state.deployment_jobs[fact.job] = id;
  if (state.deployment_jobs.contains(fact.job))
    fold_whole_job(state, fact);
}

void fold_pod(tenant_state& state, const event& fact) {
  auto& place = state.pods[fact.pod];
  auto record = place ? std::make_shared<pod_record>(*place) : std::make_shared<pod_record>();
  evolve(*record, fact);
  index(state, place.get(), record->pod);
  if (const auto* changed = record->find(fact.job); changed != nullptr && changed->is_share)
    fold_share(state, fact);
  else if (changed != nullptr)
    state.jobs[fact.job] = std::make_shared<const job>(*changed);
  forget_closed_jobs(*record);
  place = std::move(record);
}

} // namespace

std::shared_ptr<const pod_record> tenant_state::find(const pod_id& wanted) const {
  const auto found = pods.find(wanted);
  return found == pods.end() ? nullptr : found->second;
}

std::shared_ptr<const pod_record> tenant_state::find(vmid guest) const {
  const auto found = by_vmid.find(guest);
  return found == by_vmid.end() ? nullptr : find(found->second);
}

std::shared_ptr<const deployment> tenant_state::find(const deployment_id& wanted) const {
  const auto found = deployments.find(wanted);
  return found == deployments.end() ? nullptr : found->second;
}

std::shared_ptr<const deployment> tenant_state::find_deployment(const job_id& wanted) const {
  const auto found = deployment_jobs.find(wanted);
  return found == deployment_jobs.end() ? nullptr : find(found->second);
}

void evolve(tenant_state& state, const event& fact) {
  if (fact.seq <= state.seq)
    return;
  state.seq = fact.seq;
  if (fact.stream == tenant_stream(state.id))
    std::visit(ledger_fold{state, fact}, fact.payload);
  else if (!fact.pod.empty() && fact.stream == pod_stream(fact.pod))
    fold_pod(state, fact);
  else if (const auto id = deployment_of(fact.stream); !id.empty())
    fold_deployment(state, id, fact);
}

effective_limits limits_of(const tenant_state& state, const catalogue& offers) {
  effective_limits found{offers.default_limits, limit_source::standard};
  if (const auto* plan = state.plan ? offers.find_tenant_plan(*state.plan) : nullptr)
    found = {plan->limit, limit_source::tenant_plan};
  const auto set = [&](std::int64_t resources::*amount, const std::optional<std::int64_t>& own) {
    if (!own)
      return;
    found.limit.most.*amount = *own;
    found.source = limit_source::row;
  };
  set(&resources::pods, state.own_limits.max_pods);
  set(&resources::cpu_cores, state.own_limits.max_cpu_cores);
  set(&resources::memory_mb, state.own_limits.max_memory_mb);
  set(&resources::disk_gb, state.own_limits.max_disk_gb);
  return found;
}

} // namespace cloudpods::domain
