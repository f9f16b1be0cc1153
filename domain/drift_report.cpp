#include <algorithm>

#include "domain/drift.hpp"

namespace cloudpods::domain {

namespace {

std::string size_text(std::int64_t cores, std::int64_t memory_mb, std::int64_t swap_mb,
                      std::int64_t disk_gb, guest_kind kind) {
  auto said = std::to_string(cores) + " cores, " + std::to_string(memory_mb) + " MB of memory, ";
  if (kind == guest_kind::ct)
    said += std::to_string(swap_mb) + " MB of swap, ";
  return said + std::to_string(disk_gb) + " GB of disk";
}

bool is_undone_create(const pod& pod) {
  return pod.error &&
         (pod.error->code == pod_fault::create_failed || pod.error->code == pod_fault::cancelled);
}

void judge_owner(const pod& pod, ownership owner, const guest_facts& guest, drift_report& report) {
  report.judged = {drift_kind::missing, drift_kind::ownership};
  if (owner == ownership::ours) {
    // The mark stands again, and an operator still has to say so (contract 10).
    const bool waits =
        pod.status == pod_status::error && pod.error->code == pod_fault::ownership_conflict;
    if (waits)
      report.found.push_back({drift_kind::ownership, "adopted or forgotten", "the pod's mark"});
    return;
  }
  report.unmarked = owner == ownership::none;
  const auto other = guest.marked_pod();
  report.found.push_back(
      {drift_kind::ownership, "the pod's mark",
       report.unmarked ? "no mark" : "the mark of " + other.value_or("another installation")});
}

void judge_size(const pod& pod, const guest_facts& guest, drift_report& report) {
  report.judged.push_back(drift_kind::resources);
  const auto is = pod.sizes();
  const auto disk_gb = guest.disk_gb.value_or(is.disk_gb);
  const auto swap_mb = pod.order.kind == guest_kind::ct ? guest.swap_mb : is.swap_mb;
  if (pod_size{guest.cores, guest.memory_mb, swap_mb, disk_gb} == is)
    return;
  report.found.push_back(
      {drift_kind::resources,
       size_text(is.cpu_cores, is.memory_mb, is.swap_mb, is.disk_gb, pod.order.kind),
       size_text(guest.cores, guest.memory_mb, swap_mb, disk_gb, pod.order.kind)});
}

void judge_power(const pod& pod, const guest_facts& guest, drift_report& report) {
  const auto target = pod.target();
  const auto is = guest.status == "running"   ? power_state::running
                  : guest.status == "stopped" ? power_state::stopped
                                              : power_state::unknown;
  if (is == power_state::unknown || target == power_state::unknown)
    return;
  report.power = is;
  report.judged.push_back(drift_kind::power);
  if (is != target)
    report.found.push_back({drift_kind::power, std::string{text(target)}, std::string{text(is)}});
}

void judge_place(const pod& pod, const node_name& node, drift_report& report) {
  report.judged.push_back(drift_kind::moved);
  if (node == pod.order.node)
    return;
  report.found.push_back({drift_kind::moved, pod.order.node.value, node.value});
  report.lives_on = node;
}

} // namespace

const drift_finding* drift_report::find(drift_kind kind) const {
  const auto place = std::ranges::find(found, kind, &drift_finding::kind);
  return place == found.end() ? nullptr : &*place;
}

drift_report report_absent(const pod_record& state) {
  drift_report report;
  report.version = state.pod.version;
  report.judged = {drift_kind::cleanup};
  if (is_undone_create(state.pod))
    return report;
  report.judged.push_back(drift_kind::missing);
  report.found.push_back(
      {drift_kind::missing,
       "a guest " + std::to_string(state.pod.order.guest) + " on " + state.pod.order.node.value,
       "none in its cluster"});
  return report;
}

drift_report report_listed(const pod_record& state, const node_name& there) {
  drift_report report;
  report.version = state.pod.version;
  report.judged = {drift_kind::missing, drift_kind::moved};
  report.found.push_back({drift_kind::moved, state.pod.order.node.value, there.value});
  return report;
}

std::optional<drift_report> report_guest(const pod_record& state, const guest_facts& guest,
                                         const owner_mark& mark, const node_name& node) {
  const auto& pod = state.pod;
  if (!guest.exists)
    return std::nullopt;
  drift_report report;
  report.version = pod.version;
  const auto owner = guest.owner(mark);
  if (is_undone_create(pod)) {
    report.judged = {drift_kind::cleanup};
    if (owner == ownership::ours)
      report.found.push_back({drift_kind::cleanup, "nothing of the failed create",
                              "guest " + std::to_string(pod.order.guest) + " on " + node.value});
    return report;
  }
  // Whoever works on it changes what is read.
  if (!guest.lock.empty())
    return std::nullopt;
  // Another's guest on another host is no news of ours.
  if (owner != ownership::ours && node != pod.order.node)
    return std::nullopt;
  judge_owner(pod, owner, guest, report);
  if (owner != ownership::ours)
    return report;
  judge_place(pod, node, report);
  if (pod.status != pod_status::active)
    return report;
  judge_size(pod, guest, report);
  judge_power(pod, guest, report);
  return report;
}

bool is_given_address(const pod& pod, const catalogue& offers) {
  if (pod.order.build.prefix_length > 0 || pod.remains.registered)
    return true;
  const auto* pool = offers.find_pool(pod.order.region);
  const auto address = pod.order.ip_address ? ipv4_from_text(*pod.order.ip_address) : std::nullopt;
  return pool != nullptr && address && *address >= pool->first && *address <= pool->last;
}

void report_address(const pod_record& state, const std::optional<std::string>& address,
                    drift_report& report) {
  // A guest that does not tell keeps the address it is known by.
  if (!address)
    return;
  report.judged.push_back(drift_kind::address);
  const auto& known = state.pod.order.ip_address;
  if (known != address)
    report.found.push_back({drift_kind::address, known.value_or("none"), *address});
}

} // namespace cloudpods::domain
