#include "domain/load_rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace cloudpods::domain {

namespace {

constexpr double high_cpu = 0.85;
constexpr double high_memory = 0.90;
constexpr double high_disk = 0.80;
constexpr double idle_cpu = 0.05;
constexpr double idle_memory = 0.30;
constexpr std::int64_t least_memory_mb = 512;

constexpr std::array watched_rules{"load.high", "load.idle", "health.critical", "backup.overdue",
                                   "node.overload"};

std::string percent(double share) { return std::to_string(std::lround(share * 100)) + " %"; }

recommendation_wish about_pod(const tenant_id& tenant, const pod_id& pod, vmid guest,
                              std::string rule, std::string issue) {
  recommendation_wish wish;
  wish.rule = std::move(rule);
  wish.about = {tenant, pod, guest, std::nullopt};
  wish.issue = std::move(issue);
  return wish;
}

} // namespace

std::optional<guest_load> load_of(const listed_guest& guest) {
  if (guest.status != "running" || guest.is_template || !guest.cpu)
    return std::nullopt;
  const auto memory = guest.kind == guest_kind::ct ? guest.memory : std::nullopt;
  guest_load made{guest.guest, node_name{guest.node}};
  made.high = *guest.cpu >= high_cpu || memory.value_or(0) >= high_memory;
  made.idle = *guest.cpu < idle_cpu && memory.value_or(0) < idle_memory;
  return made;
}

std::optional<recommendation_wish> judge_load(const loaded_pod& pod) {
  auto wish =
      about_pod(pod.tenant, pod.pod, pod.guest, pod.high ? "load.high" : "load.idle",
                pod.high ? "High load for the last 30 minutes" : "Idle for the last 7 days");
  if (pod.high) {
    wish.actions.push_back({advice::scale_up, pod.cpu_cores * 2, pod.memory_mb * 2, {}});
    wish.actions.push_back({advice::notify_tenant, {}, {}, "high_load"});
    return wish;
  }
  const auto cores = std::max<std::int64_t>(1, pod.cpu_cores / 2);
  const auto memory = std::max(least_memory_mb, pod.memory_mb / 2);
  if (cores >= pod.cpu_cores && memory >= pod.memory_mb)
    return std::nullopt;
  wish.severity = severity::info;
  wish.actions.push_back(
      {advice::scale_down, std::min(cores, pod.cpu_cores), std::min(memory, pod.memory_mb), {}});
  return wish;
}

recommendation_wish judge_unhealthy(const unhealthy_pod& pod) {
  auto wish = about_pod(pod.tenant, pod.pod, pod.guest, "health.critical",
                        "Critical in three checks running");
  wish.severity = severity::critical;
  wish.actions.push_back({advice::run_health_check});
  wish.actions.push_back({advice::notify_tenant, {}, {}, "pod_unhealthy"});
  wish.evidence.push_back(pod.since_seq);
  return wish;
}

recommendation_wish judge_overdue(const overdue_pod& pod) {
  auto wish = about_pod(pod.tenant, pod.pod, pod.guest, "backup.overdue",
                        "No backup for more than " + std::to_string(2 * pod.every_hours) +
                            " hours, twice what its policy allows");
  wish.actions.push_back({advice::run_backup});
  return wish;
}

std::string overload_of(const node_capacity& found) {
  std::string said;
  const auto note = [&](const std::string& what, double share, double limit) {
    if (share > limit)
      said += (said.empty() ? "" : ", ") + what + " at " + percent(share);
  };
  note("processors", found.cpu_ratio, high_cpu);
  if (found.memory_total_mb > 0)
    note("memory",
         static_cast<double>(found.memory_used_mb) / static_cast<double>(found.memory_total_mb),
         high_memory);
  for (const auto& each : found.storages)
    if (each.total_gb > 0)
      note("storage " + each.storage.value,
           1 - static_cast<double>(each.free_gb) / static_cast<double>(each.total_gb), high_disk);
  return said;
}

recommendation_wish judge_overload(const node_name& node, const std::string& how) {
  recommendation_wish wish;
  wish.rule = "node.overload";
  wish.about.node = node;
  wish.severity = severity::critical;
  wish.issue = "Node " + node.value + " is past its limits: " + how;
  wish.actions.push_back({advice::drain_node});
  return wish;
}

recommendation_wish judge_refusals(const tenant_id& tenant, std::int64_t times) {
  recommendation_wish wish;
  wish.rule = "tenant.limits";
  wish.about.tenant = tenant;
  wish.issue = "Refused by its limits " + std::to_string(times) + " times within an hour";
  wish.actions.push_back({advice::flag_tenant});
  wish.actions.push_back({advice::notify_tenant, {}, {}, "limits_reached"});
  return wish;
}

bool is_watched(std::string_view rule) {
  return std::ranges::find(watched_rules, rule) != watched_rules.end();
}

} // namespace cloudpods::domain
