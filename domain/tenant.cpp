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

void fold_pod(tenant_state& state, const event& fact) {
  auto& place = state.pods[fact.pod];
  auto record = place ? std::make_shared<pod_record>(*place) : std::make_shared<pod_record>();
  evolve(*record, fact);
  index(state, place.get(), record->pod);
  if (const auto* changed = record->find(fact.job))
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

void evolve(tenant_state& state, const event& fact) {
  if (fact.seq <= state.seq)
    return;
  state.seq = fact.seq;
  if (fact.stream == tenant_stream(state.id))
    std::visit(ledger_fold{state, fact}, fact.payload);
  else if (!fact.pod.empty() && fact.stream == pod_stream(fact.pod))
    fold_pod(state, fact);
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
