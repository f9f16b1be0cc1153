#include <algorithm>
#include <stdexcept>

#include "domain/model.hpp"

namespace cloudpods::domain::samples {

namespace {

void require(bool holds, const std::string& claim) {
  if (!holds)
    throw std::logic_error{claim};
}

bool ends_a_job(const event_payload& payload) {
  return std::holds_alternative<job_succeeded>(payload) ||
         std::holds_alternative<job_failed>(payload) ||
         std::holds_alternative<job_cancelled>(payload);
}

/// Contract 10, the table.
bool may_become(pod_status from, pod_status to) {
  using enum pod_status;
  switch (from) {
  case pending:
    return to == provisioning || to == error || to == deleted;
  case provisioning:
    return to == active || to == error || to == deleting;
  case active:
    return to == deleting || to == error;
  case error:
    return to == deleting || to == active || to == pending;
  case deleting:
    return to == deleted || to == error;
  case deleted:
    return false;
  }
  return false;
}

} // namespace

void model::check(const event& fact) {
  if (ends_a_job(fact.payload))
    require(++job_ends_[fact.job] == 1, fact.job.value + " ends twice");
  if (const auto* ended = std::get_if<item_ended>(&fact.payload))
    require(++item_ends_[ended->item] == 1, ended->item.value + " ends twice");
  if (const auto* started = std::get_if<item_step_started>(&fact.payload))
    require(attempts_[started->item].insert(started->attempt).second,
            started->item.value + " has an attempt twice");
  if (const auto* done = std::get_if<item_step_done>(&fact.payload)) {
    const bool removal =
        done->which == step::release_address || done->which == step::remove_snippet;
    if (removal && !done->message.empty() && done->result == step_result::succeeded)
      excused_.insert(fact.pod);
  }
  if (fact.stream != pod_stream(fact.pod))
    return;
  const auto after = record(fact.pod).pod.status;
  const auto before = status_.try_emplace(fact.pod, after).first;
  // An operator may forget a pod from wherever it is: its end follows from no job.
  const bool is_forgotten = std::holds_alternative<pod_deleted>(fact.payload) && fact.job.empty();
  require(before->second == after || is_forgotten || may_become(before->second, after),
          fact.pod.value + " goes from " + std::string{text(before->second)} + " to " +
              std::string{text(after)} + " by " + std::string{event_name(fact.payload)});
  before->second = after;
}

void model::check_ledger() const {
  holdings sum;
  for (const auto& [id, each] : tenant_.pods) {
    if (each->pod.held == holding::reserved)
      sum.reserved += each->pod.size();
    if (each->pod.held == holding::used)
      sum.used += each->pod.size();
    sum.reserved += each->pod.growing;
    require(each->pod.is_live() || each->pod.held == holding::none, "a deleted pod holds quota");
  }
  require(sum == tenant_.held, "used and reserved are not the sum over the pods");
  for (const auto& each : dimensions) {
    require(tenant_.held.used.*each.amount >= 0, "used is negative");
    require(tenant_.held.reserved.*each.amount >= 0, "reserved is negative");
    const auto most = offers_->default_limits.most.*each.amount;
    require(most < 0 || tenant_.held.held().*each.amount <= most, "the limit is passed");
  }
}

void model::check_allotments() const {
  std::set<vmid> guests;
  std::set<std::string> addresses;
  for (const auto& [id, each] : tenant_.pods) {
    const auto& pod = each->pod;
    if (!pod.is_live())
      continue;
    require(guests.insert(pod.order.guest).second, "a vmid is held twice");
    const bool from_pool = pod.order.build.prefix_length > 0;
    if (from_pool && pod.order.ip_address)
      require(addresses.insert(*pod.order.ip_address).second, "an address is held twice");
  }
}

void model::check_refold() const {
  tenant_state again;
  again.id = tenant_.id;
  for (const auto& each : events_)
    evolve(again, each);
  require(told(again) == told(tenant_),
          "the fold of the log differs:\n" + told(again) + "\nfrom the state:\n" + told(tenant_));
}

void model::check_ends() const {
  for (const auto& each : events_) {
    if (std::holds_alternative<job_queued>(each.payload))
      require(job_ends_.contains(each.job), each.job.value + " never ends");
    if (const auto* queued = std::get_if<item_queued>(&each.payload))
      require(item_ends_.contains(queued->item), queued->item.value + " never ends");
  }
}

} // namespace cloudpods::domain::samples
