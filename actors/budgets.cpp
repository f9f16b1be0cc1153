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
  forget_wish(pod);
}

void budgets::ask(const domain::pod_id& pod, const std::set<std::string>& keys) {
  const auto [place, is_new] = turns_.try_emplace(pod, last_turn_ + 1);
  if (is_new)
    ++last_turn_;
  queue_[place->second] = {pod, keys};
}

void budgets::forget_wish(const domain::pod_id& pod) {
  const auto standing = turns_.find(pod);
  if (standing == turns_.end())
    return;
  queue_.erase(standing->second);
  turns_.erase(standing);
}

void budgets::release(const domain::pod_id& pod, const std::set<std::string>& keys) {
  if (keys.empty())
    forget_wish(pod);
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
    const auto& [pod, keys] = it->second;
    const auto wanted = missing(it->second);
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
      leases_[pod].insert(key);
    }
    granted.push_back({pod, keys});
    turns_.erase(pod);
    it = queue_.erase(it);
  }
  return granted;
}

std::optional<std::string> budgets::waits_for(const domain::pod_id& pod) const {
  const auto standing = turns_.find(pod);
  if (standing == turns_.end())
    return std::nullopt;
  const auto wanted = missing(queue_.at(standing->second));
  const auto full = std::ranges::find_if(wanted, [&](const auto& key) { return is_full(key); });
  return full == wanted.end() ? "node" : *full;
}

} // namespace cloudpods::actors
