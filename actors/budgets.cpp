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

bool budgets::fits(const key_set& keys) const {
  return std::ranges::none_of(keys, [&](const auto& key) { return is_full(key); });
}

std::string budgets::waits_for(const key_set& missing) const {
  const auto full = std::ranges::find_if(missing, [&](const auto& key) { return is_full(key); });
  return full == missing.end() ? "node" : *full;
}

budgets::key_set budgets::missing(const domain::pod_id& pod, const key_set& keys) const {
  const auto held = leases_.find(pod);
  if (held == leases_.end())
    return keys;
  key_set left;
  std::ranges::set_difference(keys, held->second, std::inserter(left, left.end()));
  return left;
}

void budgets::hold(const domain::pod_id& pod, const key_set& keys) {
  for (const auto& key : missing(pod, keys)) {
    ++used_[key];
    leases_[pod].insert(key);
  }
}

void budgets::claim(const domain::pod_id& pod, const key_set& keys) {
  hold(pod, keys);
  if (wishes_.contains(pod))
    forget_idle(dequeue(pod).tenant);
}

void budgets::ask(const domain::tenant_id& tenant, const domain::pod_id& pod, const key_set& keys) {
  wish asked;
  asked.number = wishes_.contains(pod) ? dequeue(pod).number : ++last_number_;
  asked.tenant = tenant;
  asked.keys = keys;
  enqueue(pod, std::move(asked));
}

void budgets::release(const domain::pod_id& pod, const key_set& keys) {
  const auto waits = wishes_.find(pod);
  std::optional<wish> asked;
  if (waits != wishes_.end())
    asked = dequeue(pod);
  if (const auto held = leases_.find(pod); held != leases_.end()) {
    const auto over = keys.empty() ? held->second : keys;
    for (const auto& each : over)
      if (held->second.erase(each) > 0)
        --used_[each];
    if (held->second.empty())
      leases_.erase(held);
  }
  if (!asked)
    return;
  // What it gave back may be what it waits for now.
  if (keys.empty())
    forget_idle(asked->tenant);
  else
    enqueue(pod, *std::move(asked));
}

void budgets::count(waiting_tenant& of, const key_set& keys, bool more) {
  for (const auto& key : keys) {
    auto& wanting = of.wanting[key];
    auto& at_least = demand_[key];
    if (more) {
      if (at_least.size() == wanting)
        at_least.push_back(0);
      ++at_least[wanting++];
    } else {
      --at_least[--wanting];
    }
  }
}

void budgets::enqueue(const domain::pod_id& pod, wish asked) {
  asked.missing = missing(pod, asked.keys);
  const auto [found, is_new] = tenants_.try_emplace(asked.tenant);
  auto& tenant = found->second;
  if (is_new)
    tenant.next = first_turn(asked.tenant, asked.missing);
  tenant.lines[asked.missing].emplace(asked.number, pod);
  lines_[asked.missing].emplace(tenant.next, asked.tenant);
  count(tenant, asked.missing, true);
  wishes_.insert_or_assign(pod, std::move(asked));
}

budgets::wish budgets::dequeue(const domain::pod_id& pod) {
  auto asked = std::move(wishes_.extract(pod).mapped());
  auto& tenant = tenants_.at(asked.tenant);
  count(tenant, asked.missing, false);
  const auto own = tenant.lines.find(asked.missing);
  own->second.erase(asked.number);
  if (!own->second.empty())
    return asked;
  tenant.lines.erase(own);
  const auto shared = lines_.find(asked.missing);
  shared->second.erase(tenant.next);
  if (shared->second.empty())
    lines_.erase(shared);
  return asked;
}

void budgets::forget_idle(const domain::tenant_id& tenant) {
  const auto found = tenants_.find(tenant);
  if (!found->second.lines.empty())
    return;
  remember(tenant, found->second.next);
  tenants_.erase(found);
}

budgets::turn budgets::first_turn(const domain::tenant_id& tenant, const key_set& missing) {
  turn made{round_, false, ++last_turn_};
  if (const auto others = lines_.find(missing); others != lines_.end())
    made.round = others->second.begin()->first.round;
  if (const auto before = left_.find(tenant); before != left_.end()) {
    made.round = std::max(made.round, before->second);
    left_.erase(before);
  }
  return made;
}

void budgets::take_turn(const domain::tenant_id& tenant) {
  auto& served = tenants_.at(tenant);
  round_ = std::max(round_, served.next.round);
  const auto before = std::exchange(served.next, {round_ + 1, true, ++last_turn_});
  for (const auto& [keys, pods] : served.lines) {
    auto& shared = lines_.at(keys);
    shared.erase(before);
    shared.emplace(served.next, tenant);
  }
}

void budgets::remember(const domain::tenant_id& tenant, const turn& next) {
  if (!next.was_served)
    return;
  left_.insert_or_assign(tenant, next.round);
  if (left_.size() <= most_left_)
    return;
  // A round that nobody waits for any more sets nobody back.
  auto lowest = round_;
  for (const auto& [keys, tenants] : lines_)
    lowest = std::min(lowest, tenants.begin()->first.round);
  std::erase_if(left_, [lowest](const auto& each) { return each.second <= lowest; });
  most_left_ = std::max(fewest_left, 2 * left_.size());
}

std::optional<domain::pod_id> budgets::next() const {
  std::optional<std::pair<turn, std::uint64_t>> first;
  std::optional<domain::pod_id> found;
  for (const auto& [keys, tenants] : lines_) {
    if (!fits(keys))
      continue;
    const auto& [when, tenant] = *tenants.begin();
    const auto& [number, pod] = *tenants_.at(tenant).lines.at(keys).begin();
    if (first && *first < std::pair{when, number})
      continue;
    first = {when, number};
    found = pod;
  }
  return found;
}

std::vector<budgets::grant> budgets::admit() {
  std::vector<grant> granted;
  while (const auto pod = next()) {
    auto asked = dequeue(*pod);
    hold(*pod, asked.keys);
    take_turn(asked.tenant);
    forget_idle(asked.tenant);
    granted.push_back({*pod, std::move(asked.keys)});
  }
  return granted;
}

std::optional<budgets::standing> budgets::standing_of(const domain::pod_id& pod) const {
  const auto found = wishes_.find(pod);
  if (found == wishes_.end())
    return std::nullopt;
  standing known{pod, waits_for(found->second.missing), 0};
  // Taken for its tenant's last wish: of each tenant as many are served before it as of its own.
  const auto& own = tenants_.at(found->second.tenant).wanting;
  const auto wanting = own.find(known.on);
  for (std::size_t i = 0; wanting != own.end() && i < wanting->second; ++i)
    known.place += demand_.at(known.on)[i];
  known.place = std::max<std::size_t>(known.place, 1);
  return known;
}

std::vector<budgets::standing> budgets::next_in_line(std::size_t most) const {
  std::vector<standing> all;
  for (const auto& [key, at_least] : demand_)
    if (!at_least.empty() && at_least.front() > 0)
      list_next(key, most, all);
  return all;
}

budgets::line budgets::first_tenants(const std::string& key, std::size_t most) const {
  line found;
  for (const auto& [keys, tenants] : lines_) {
    if (!keys.contains(key))
      continue;
    auto left = most;
    for (auto it = tenants.begin(); it != tenants.end() && left > 0; ++it, --left)
      found.insert(*it);
  }
  return found;
}

budgets::waiting_pods budgets::first_pods(const domain::tenant_id& tenant, const std::string& key,
                                          std::size_t most) const {
  waiting_pods found;
  for (const auto& [keys, pods] : tenants_.at(tenant).lines) {
    if (!keys.contains(key))
      continue;
    auto left = most;
    for (auto it = pods.begin(); it != pods.end() && left > 0; ++it, --left)
      found.insert(*it);
  }
  return found;
}

void budgets::list_next(const std::string& key, std::size_t most,
                        std::vector<standing>& out) const {
  // Nobody behind the first so many tenants is among the first so many wishes.
  std::vector<waiting_pods> turns;
  for (const auto& [when, tenant] : first_tenants(key, most))
    turns.push_back(first_pods(tenant, key, most));
  for (std::size_t place = 0; place < most && !turns.empty();) {
    for (auto& own : turns) {
      if (place == most)
        break;
      const auto pod = own.extract(own.begin()).mapped();
      ++place;
      if (waits_for(wishes_.at(pod).missing) == key)
        out.push_back({pod, key, place});
    }
    std::erase_if(turns, [](const auto& own) { return own.empty(); });
  }
}

} // namespace cloudpods::actors
