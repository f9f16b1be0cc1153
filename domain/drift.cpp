#include "domain/drift.hpp"

#include <algorithm>
#include <array>

namespace cloudpods::domain {

namespace {

bool is_between(vmid guest, const vmid_range& range) {
  return guest >= range.first && guest <= range.last;
}

bool is_protected(vmid guest, const catalogue& offers) {
  return std::ranges::any_of(offers.protected_vmids,
                             [&](const vmid_range& each) { return is_between(guest, each); });
}

/// A create that failed and was cleaned up: nothing of it should stand.
bool is_undone_create(const pod& pod) {
  return pod.status == pod_status::error && pod.error &&
         (pod.error->code == pod_fault::create_failed || pod.error->code == pod_fault::cancelled);
}

power_state power_in(const std::string& status) {
  if (status == "running")
    return power_state::running;
  return status == "stopped" ? power_state::stopped : power_state::unknown;
}

bool has_other_size(const pod& pod, const listed_guest& guest) {
  // What a running machine has waits for its restart.
  if (pod.pending_reboot)
    return false;
  const auto& order = pod.order;
  return (guest.cores && *guest.cores != order.cpu_cores) ||
         (guest.memory_mb && *guest.memory_mb != order.memory_mb);
}

bool hints_at_drift(const pod& pod, const listed_guest& guest) {
  // Proxmox tells nothing of a guest that it has not looked at yet.
  if (guest.status == "unknown")
    return false;
  const auto power = power_in(guest.status);
  const bool other_power =
      power != power_state::unknown && (power != pod.power || power != pod.target());
  return !has_tag(guest.tags, tag_of(pod.id)) || other_power || has_other_size(pod, guest);
}

/// Of a pod whose create or destroy is under way its own item tells.
bool is_compared(const pod_record& state) {
  const auto& pod = state.pod;
  if (is_undone_create(pod))
    return true;
  return (pod.status == pod_status::active || pod.status == pod_status::error) && !state.has_work();
}

wanted_drift_look compare_remains(const pod& pod, const listed_guest* listed) {
  if (listed == nullptr)
    return {pod.drifts.empty() ? drift_look::nothing : drift_look::absence, pod.order.node};
  return {drift_look::guest, node_name{listed->node}};
}

} // namespace

std::string drift_id(const pod_id& pod, drift_kind kind) {
  return "drift-" + pod.value + "-" + std::string{text(kind)};
}

std::string drift_id(const node_name& node, vmid guest, drift_kind kind) {
  return "drift-" + node.value + "-" + std::to_string(guest) + "-" + std::string{text(kind)};
}

void cluster_view::add(const node_name& asked, guest_list list) {
  by_node_.insert_or_assign(asked, lists_.size());
  for (const auto& each : list.guests)
    by_node_.try_emplace(node_name{each.node}, lists_.size());
  lists_.push_back(std::move(list));
}

const listed_guest* cluster_view::find(const node_name& node, vmid guest) const {
  const auto place = by_node_.find(node);
  return place == by_node_.end() ? nullptr : lists_[place->second].find(guest);
}

const listed_guest* cluster_view::find_elsewhere(const node_name& node, vmid guest) const {
  const auto place = by_node_.find(node);
  for (std::size_t i = 0; i < lists_.size(); ++i)
    if (place == by_node_.end() || place->second != i)
      if (const auto* found = lists_[i].find(guest))
        return found;
  return nullptr;
}

bool cluster_view::is_whole(const node_name& node) const {
  const auto place = by_node_.find(node);
  return place != by_node_.end() && lists_[place->second].unread == 0;
}

wanted_drift_look compare(const pod_record& state, const cluster_view& seen,
                          const catalogue& offers, bool due) {
  const auto& pod = state.pod;
  if (!is_compared(state))
    return {};
  const auto* listed = seen.find(pod.order.node, pod.order.guest);
  // Only where its host told what it has: one that is away may run it still, and what has its mark
  // elsewhere be a copy.
  if (listed == nullptr && seen.is_whole(pod.order.node))
    if (const auto* other = seen.find_elsewhere(pod.order.node, pod.order.guest);
        other != nullptr && has_tag(other->tags, tag_of(pod.id)))
      listed = other;
  if (listed == nullptr && !seen.is_whole(pod.order.node))
    return {};
  if (is_undone_create(pod))
    return compare_remains(pod, listed);
  if (listed == nullptr)
    return {drift_look::absence, pod.order.node};
  const node_name there{listed->node};
  if (there != pod.order.node)
    return {offers.find_node(there) != nullptr ? drift_look::guest : drift_look::listed, there};
  if (due || !pod.drifts.empty() || hints_at_drift(pod, *listed))
    return {drift_look::guest, there};
  return {};
}

stopped_by who_stopped(const guest_task_list& tasks, std::optional<std::int64_t> booted_at_s) {
  constexpr std::array stops{"qmstop", "qmshutdown", "vzstop", "vzshutdown", "qmsuspend"};
  constexpr std::array starts{"qmstart", "vzstart", "qmreboot", "vzreboot", "qmresume", "qmreset"};
  // Tasks of one second come in no order: of a guest that is off its stop was the later one.
  std::optional<std::int64_t> last_start;
  for (const auto& each : tasks.tasks) {
    if (last_start && each.started_at_s < *last_start)
      break;
    if (std::ranges::find(stops, each.type) != stops.end())
      return stopped_by::node;
    if (!last_start && std::ranges::find(starts, each.type) != starts.end())
      last_start = each.started_at_s;
  }
  const bool host_restarted = last_start && booted_at_s && *booted_at_s > *last_start;
  return host_restarted ? stopped_by::node : stopped_by::itself;
}

bool is_in_range(vmid guest, const catalogue& offers) { return is_between(guest, offers.vmids); }

std::vector<node_drift> unknown_guests(const cluster_view& seen, const std::set<vmid>& taken,
                                       const catalogue& offers) {
  std::vector<node_drift> found;
  for (const auto& list : seen.lists())
    for (const auto& each : list.guests) {
      const bool may_be_ours = has_tag(each.tags, "cloudpods");
      if (each.is_template || seen.find(node_name{each.node}, each.guest) != &each ||
          taken.contains(each.guest) || is_protected(each.guest, offers) ||
          offers.find_node(node_name{each.node}) == nullptr ||
          (!may_be_ours && !is_in_range(each.guest, offers)))
        continue;
      found.push_back({may_be_ours ? drift_kind::orphan : drift_kind::stranger,
                       node_name{each.node}, each.guest, each.kind, each.name, false});
    }
  return found;
}

std::optional<drift_kind> judge_unknown(const guest_facts& guest, const controller_id& controller,
                                        bool in_range) {
  if (!guest.exists)
    return std::nullopt;
  const auto owner = guest.marked_controller();
  if (owner ? *owner == controller.value : guest.marked_pod().has_value())
    return drift_kind::orphan;
  const bool bare = !owner && !has_tag(guest.tags, "cloudpods");
  return bare && in_range ? std::optional{drift_kind::stranger} : std::nullopt;
}

} // namespace cloudpods::domain
