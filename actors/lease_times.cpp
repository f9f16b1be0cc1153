#include "actors/lease_times.hpp"

#include <algorithm>
#include <cmath>

namespace cloudpods::actors {

namespace {

/// So many count; what was long ago says little of today.
constexpr int longest_memory = 50;

} // namespace

void lease_times::granted(const domain::pod_id& pod, const std::set<std::string>& keys,
                          domain::instant now) {
  for (const auto& each : keys)
    since_[pod].try_emplace(each, now);
}

void lease_times::released(const domain::pod_id& pod, const std::set<std::string>& keys,
                           domain::instant now) {
  const auto held = since_.find(pod);
  if (held == since_.end())
    return;
  std::erase_if(held->second, [&](const auto& each) {
    const auto& [key, since] = each;
    if (!keys.empty() && !keys.contains(key))
      return false;
    auto& known = means_[key];
    known.count = std::min(known.count + 1, longest_memory);
    known.ms += (static_cast<double>((now - since).count()) - known.ms) / known.count;
    return true;
  });
  if (held->second.empty())
    since_.erase(held);
}

std::optional<std::int64_t> lease_times::eta(const std::string& key, std::size_t place,
                                             int at_once) const {
  const auto known = means_.find(key);
  if (known == means_.end())
    return std::nullopt;
  const auto rounds = static_cast<double>(place) / std::max(at_once, 1);
  return static_cast<std::int64_t>(std::ceil(known->second.ms * rounds / 1000));
}

} // namespace cloudpods::actors
