#include "actors/budgets.hpp"

#include <algorithm>
#include <iterator>

namespace cloudpods::actors {

int budgets::limit_of(const std::string& key) const {
  if (key == "node")
    return limits_.guests;
  return key.starts_with("template:") ? limits_.per_template : limits_.per_storage;
}

bool budgets::is_full(const std::string& key) const {
  const auto found = used_.find(key);
  return found != used_.end() && found->second >= limit_of(key);
}

std::set<std::string> budgets::missing(const wish& asked) const {
  const auto held = leases_.find(asked.pod);
  if (held == leases_.end())
    return asked.keys;
  std::set<std::string> left;
  std::ranges::set_difference(asked.keys, held->second, std::inserter(left, left.end()));
  return left;
}

void budgets::claim(const domain::pod_id& pod, const std::set<std::string>& keys) {
  for (const auto& each : missing({pod, keys})) {
    ++used_[each];
    leases_[pod].insert(each);
  }
  std::erase_if(queue_, [&](const wish& each) { return each.pod == pod; });
}

void budgets::ask(const domain::pod_id& pod, const std::set<std::string>& keys) {
  const auto standing = std::ranges::find(queue_, pod, &wish::pod);
  if (standing != queue_.end())
    standing->keys = keys;
  else
    queue_.push_back({pod, keys});
}

void budgets::release(const domain::pod_id& pod, const std::set<std::string>& keys) {
  if (keys.empty())
    std::erase_if(queue_, [&](const wish& each) { return each.pod == pod; });
  const auto held = leases_.find(pod);
  if (held == leases_.end())
    return;
  const auto over = keys.empty() ? held->second : keys;
  for (const auto& each : over)
    if (held->second.erase(each) > 0)
      --used_[each];
  if (held->second.empty())
    leases_.erase(held);
}

std::vector<budgets::grant> budgets::admit() {
  std::vector<grant> granted;
  std::set<std::string> blocked;
  for (auto it = queue_.begin(); it != queue_.end();) {
    const auto wanted = missing(*it);
    const bool fits = std::ranges::none_of(
        wanted, [&](const std::string& key) { return is_full(key) || blocked.contains(key); });
    if (!fits) {
      for (const auto& key : wanted)
        if (is_full(key))
          blocked.insert(key);
      ++it;
      continue;
    }
    for (const auto& key : wanted) {
      ++used_[key];
      leases_[it->pod].insert(key);
    }
    granted.push_back({it->pod, it->keys});
    it = queue_.erase(it);
  }
  return granted;
}

std::optional<std::string> budgets::waits_for(const domain::pod_id& pod) const {
  const auto standing = std::ranges::find(queue_, pod, &wish::pod);
  if (standing == queue_.end())
    return std::nullopt;
  const auto wanted = missing(*standing);
  const auto full = std::ranges::find_if(wanted, [&](const auto& key) { return is_full(key); });
  return full == wanted.end() ? "node" : *full;
}

} // namespace cloudpods::actors
