#include "domain/tenant.hpp"

namespace cloudpods::domain {

namespace {

/// Keeps the look-ups of live pods in step with one pod.
void index(tenant_state& state, const pod& before, const pod& after) {
  if (!before.id.empty() && before.is_live()) {
    state.by_vmid.erase(before.order.guest);
    state.by_name.erase(before.order.name);
    if (before.order.subscription)
      state.by_subscription.erase(*before.order.subscription);
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

  void operator()(const tenant_created& created) const {
    state.exists = true;
    state.name = created.name;
  }
  void operator()(const quota_reserved& reserved) const { state.held.reserved += reserved.delta; }
  void operator()(const quota_committed& committed) const {
    state.held.reserved -= committed.delta;
    state.held.used += committed.delta;
  }
  void operator()(const quota_released& released) const {
    state.held.reserved -= released.reserved;
    state.held.used -= released.used;
  }
  template <class Other>
  void operator()(const Other&) const {}
};

void fold_pod(tenant_state& state, const event& fact) {
  auto& place = state.pods[fact.pod];
  auto record = place ? std::make_shared<pod_record>(*place) : std::make_shared<pod_record>();
  const auto before = record->pod;
  evolve(*record, fact);
  index(state, before, record->pod);
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
    std::visit(ledger_fold{state}, fact.payload);
  else if (!fact.pod.empty() && fact.stream == pod_stream(fact.pod))
    fold_pod(state, fact);
}

effective_limits limits_of(const tenant_state&, const catalogue& offers) {
  return {offers.default_limits, limit_source::standard};
}

} // namespace cloudpods::domain
