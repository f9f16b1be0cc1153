#include "domain/recount.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

/// What nodes list may be this much older than their answer.
constexpr std::chrono::seconds settled_for{30};

struct comparison {
  std::vector<recount_difference> found;

  void same(const std::string& where, const std::optional<pod_id>& pod, std::string field,
            std::string expected, std::string seen) {
    if (expected != seen)
      found.push_back({where, pod, std::move(field), std::move(expected), std::move(seen)});
  }

  void same(const std::string& where, const std::optional<pod_id>& pod, const std::string& prefix,
            const resources& expected, const resources& seen) {
    for (const auto& each : dimensions)
      same(where, pod, prefix + std::string{each.name}, std::to_string(expected.*each.amount),
           std::to_string(seen.*each.amount));
  }
};

std::string shown(const std::optional<std::int64_t>& number) {
  return number ? std::to_string(*number) : "none";
}

/// What the pods hold, each for itself. Open holds of a tenant are reserved beside it.
holdings held_by_pods(const tenant_state& fold) {
  holdings sum;
  for (const auto& [id, record] : fold.pods) {
    const auto& pod = record->pod;
    if (pod.held == holding::used)
      sum.used += pod.size();
    else if (pod.held == holding::reserved)
      sum.reserved += pod.size();
    if (pod.held != holding::none)
      sum.reserved += pod.growing;
  }
  return sum;
}

void compare_quota(comparison& all, const tenant_state& fold, const tenant_projection& rows) {
  const auto pods = held_by_pods(fold);
  all.same("log", {}, "used.", pods.used, fold.held.used);
  all.same("log", {}, "reserved.", pods.reserved, fold.held.reserved);
  all.same("projection", {}, "used.", fold.held.used, rows.held.used);
  all.same("projection", {}, "reserved.", fold.held.reserved, rows.held.reserved);
  const auto limit = [&](std::string name, std::optional<std::int64_t> quota_changed::*which) {
    all.same("projection", {}, "limits." + std::move(name), shown(fold.own_limits.*which),
             shown(rows.own_limits.*which));
  };
  limit("pods", &quota_changed::max_pods);
  limit("cpuCores", &quota_changed::max_cpu_cores);
  limit("memoryMb", &quota_changed::max_memory_mb);
  limit("diskGb", &quota_changed::max_disk_gb);
}

void compare_pod(comparison& all, const pod& folded, const projected_pod& row) {
  all.same("projection", folded.id, "status", std::string{text(folded.status)}, row.status);
  if (!folded.is_live())
    return;
  all.same("projection", folded.id, "vmid", std::to_string(folded.order.guest), shown(row.guest));
  all.same("projection", folded.id, "", folded.size(), row.size);
}

void compare_rows(comparison& all, const tenant_state& fold, const tenant_projection& rows) {
  std::map<pod_id, const projected_pod*> known;
  for (const auto& each : rows.pods)
    known[each.id] = &each;
  for (const auto& [id, record] : fold.pods) {
    const auto row = known.find(id);
    if (row == known.end()) {
      all.same("projection", id, "row", "there", "none");
      continue;
    }
    compare_pod(all, record->pod, *row->second);
    known.erase(row);
  }
  for (const auto& [id, row] : known)
    all.same("projection", id, "row", "none", "there");
}

bool carries(const listed_guest& guest, const pod_id& pod) {
  std::string tag = pod.value;
  std::ranges::transform(tag, tag.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return guest.tags.find(tag) != std::string::npos;
}

void compare_guest(comparison& all, const pod& folded, const guests_seen& seen) {
  const auto list = seen.by_node.find(folded.order.node);
  if (list == seen.by_node.end() || folded.updated_at + settled_for > seen.asked_at)
    return;
  const auto* guest = list->second.find(folded.order.guest);
  const auto vmid = std::to_string(folded.order.guest);
  if (folded.status == pod_status::active)
    all.same("node", folded.id, "guest", vmid, guest != nullptr ? vmid : "none");
  else if (!folded.is_live() && guest != nullptr && carries(*guest, folded.id))
    all.same("node", folded.id, "guest", "none", vmid);
}

} // namespace

std::vector<recount_difference> recount(const tenant_state& fold, const tenant_projection& rows,
                                        const guests_seen& seen) {
  comparison all;
  compare_quota(all, fold, rows);
  compare_rows(all, fold, rows);
  for (const auto& [id, record] : fold.pods)
    compare_guest(all, record->pod, seen);
  return std::move(all.found);
}

} // namespace cloudpods::domain
