#include "domain/allocation.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

/// A stranger that was found goes on counting for so long; by then the lists of the nodes tell.
constexpr std::chrono::hours strangers_stay{24};

// Contract 5: with 20 % of memory and 10 % of disk left.
bool leaves_share(std::int64_t total, std::int64_t taken, std::int64_t percent) {
  return taken * 100 <= total * (100 - percent);
}

} // namespace

allocation::allocation(std::shared_ptr<const catalogue> offers)
    : offers_(std::move(offers)), next_vmid_(offers_->vmids.first) {}

bool allocation::quarantined(instant released_at, instant now) const {
  return now < released_at + std::chrono::seconds{offers_->quarantine_s};
}

bool allocation::is_strangers(vmid guest, instant now) const {
  const auto found = strangers_.find(guest);
  if (found != strangers_.end() && now < found->second + strangers_stay)
    return true;
  return std::ranges::any_of(listed_,
                             [&](const auto& each) { return each.second.contains(guest); });
}

bool allocation::is_protected(vmid guest) const {
  return std::ranges::any_of(offers_->protected_vmids, [&](const vmid_range& each) {
    return guest >= each.first && guest <= each.last;
  });
}

void allocation::restore(const pod_id& pod, const allotment& taken) { take(pod, taken); }

void allocation::restore_released(vmid guest, instant at) { released_vmids_[guest] = at; }

void allocation::restore_released(std::uint32_t address, instant at) {
  released_addresses_[address] = at;
}

void allocation::note_capacity(const node_name& node, const node_capacity& capacity) {
  capacities_[node] = capacity;
}

bool allocation::has_room(const node_name& node, const placement_request& wanted) const {
  const auto known = capacities_.find(node);
  if (known == capacities_.end())
    return true;
  const auto found = loads_.find(node);
  const load none;
  const auto& taken = found == loads_.end() ? none : found->second;
  const auto& capacity = known->second;
  if (capacity.memory_total_mb > 0 &&
      !leaves_share(capacity.memory_total_mb, taken.memory_mb + wanted.memory_mb, 20))
    return false;
  for (const auto& storage : capacity.storages)
    if (storage.storage == wanted.storage && storage.total_gb > 0) {
      const auto disk = taken.disk_gb.find(wanted.storage);
      const auto held = disk == taken.disk_gb.end() ? 0 : disk->second;
      return leaves_share(storage.total_gb, held + wanted.disk_gb, 10);
    }
  return true;
}

std::optional<std::string_view> allocation::obstacle(vmid guest, instant now) const {
  if (vmids_.contains(guest) || is_strangers(guest, now))
    return "in_use";
  const auto released = released_vmids_.find(guest);
  if (released != released_vmids_.end() && quarantined(released->second, now))
    return "quarantined";
  if (const auto kept = backups_.find(guest); kept != backups_.end() && !kept->second.empty())
    return "backups_kept";
  return std::nullopt;
}

std::optional<vmid> allocation::free_vmid(instant now) {
  const auto range = offers_->vmids;
  const auto size = range.last - range.first + 1;
  for (vmid tried = 0; tried < size; ++tried) {
    if (next_vmid_ < range.first || next_vmid_ > range.last)
      next_vmid_ = range.first;
    const auto candidate = next_vmid_++;
    if (!is_protected(candidate) && !obstacle(candidate, now))
      return candidate;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> allocation::free_address(const ip_pool& pool, instant now) {
  auto& next = next_address_.try_emplace(pool.region, pool.first).first->second;
  const auto size = pool.last - pool.first + 1;
  for (std::uint32_t tried = 0; tried < size; ++tried) {
    if (next < pool.first || next > pool.last)
      next = pool.first;
    const auto candidate = next++;
    const auto released = released_addresses_.find(candidate);
    if (addresses_.contains(candidate) || candidate == pool.gateway)
      continue;
    if (released != released_addresses_.end() && quarantined(released->second, now))
      continue;
    return candidate;
  }
  return std::nullopt;
}

expected<vmid> allocation::vmid_for(const placement_request& wanted, instant now) {
  if (wanted.keep)
    return *wanted.keep;
  if (wanted.guest) {
    const auto why = obstacle(*wanted.guest, now);
    if (!why)
      return *wanted.guest;
    return refused(problem_code::vmid_in_use,
                   "The vmid " + std::to_string(*wanted.guest) + " is not free.",
                   std::vector<detail>{{"reason", std::string{*why}}});
  }
  const auto guest = free_vmid(now);
  if (!guest)
    return refused(problem_code::no_capacity, "No vmid is free.");
  return *guest;
}

expected<std::optional<std::uint32_t>> allocation::address_for(const placement_request& wanted,
                                                               const node_name& node, instant now) {
  if (wanted.ip_address) {
    const auto named = ipv4_from_text(*wanted.ip_address).value_or(0);
    const auto released = released_addresses_.find(named);
    // Its own, which a pod gave back when its create failed, it may have again.
    const bool rests =
        !wanted.keep && released != released_addresses_.end() && quarantined(released->second, now);
    if (!addresses_.contains(named) && !rests)
      return named;
    return refused(problem_code::ip_in_use, "The address " + *wanted.ip_address + " is not free.",
                   std::vector<detail>{{"reason", std::string{rests ? "quarantined" : "in_use"}}});
  }
  const auto* pool =
      wanted.wants_address ? offers_->find_pool(offers_->find_node(node)->region) : nullptr;
  if (pool == nullptr)
    return std::nullopt;
  const auto address = free_address(*pool, now);
  if (!address)
    return refused(problem_code::ip_pool_exhausted,
                   "No address is free in the region " + pool->region + ".");
  return address;
}

expected<placement> allocation::hold(const pod_id& pod, const placement_request& wanted,
                                     instant now, const tenant_id& tenant) {
  end_hold(pod);
  const auto node = std::ranges::find_if(wanted.candidates, [&](const node_name& each) {
    return !drained_.contains(each) && has_room(each, wanted);
  });
  if (node == wanted.candidates.end())
    return refused(problem_code::no_capacity, "No node has room for this pod.");
  const auto address = address_for(wanted, *node, now);
  if (!address)
    return std::unexpected{address.error()};
  const auto guest = vmid_for(wanted, now);
  if (!guest)
    return std::unexpected{guest.error()};
  // A vmid that the pod has already is not the hold's to give back.
  const allotment held{wanted.keep ? 0 : *guest, *node,          *address,
                       wanted.memory_mb,         wanted.disk_gb, wanted.storage};
  if (!wanted.keep)
    vmids_.insert(*guest);
  if (*address)
    addresses_.insert(**address);
  add_load(held, 1);
  holds_[pod] = held;
  holders_[pod] = tenant;
  placement found{*node, *guest, std::nullopt};
  if (*address)
    found.ip_address = ipv4_text(**address);
  return found;
}

expected<vmid> allocation::hold_vmid(const pod_id& pod, instant now, const tenant_id& tenant) {
  end_vmid_hold(pod);
  const auto guest = free_vmid(now);
  if (!guest)
    return refused(problem_code::no_capacity, "No vmid is free.");
  vmids_.insert(*guest);
  vmid_holds_[pod] = *guest;
  holders_[pod] = tenant;
  return *guest;
}

void allocation::end_hold(const pod_id& pod) {
  if (const auto held = holds_.find(pod); held != holds_.end()) {
    vmids_.erase(held->second.guest);
    if (held->second.address)
      addresses_.erase(*held->second.address);
    add_load(held->second, -1);
    holds_.erase(held);
    holders_.erase(pod);
  }
  end_vmid_hold(pod);
}

void allocation::end_holds_of(const tenant_id& tenant) {
  std::vector<pod_id> over;
  for (const auto& [pod, holder] : holders_)
    if (holder == tenant)
      over.push_back(pod);
  for (const auto& pod : over)
    end_hold(pod);
}

void allocation::end_vmid_hold(const pod_id& pod) {
  const auto held = vmid_holds_.find(pod);
  if (held == vmid_holds_.end())
    return;
  vmids_.erase(held->second);
  vmid_holds_.erase(held);
  if (!holds_.contains(pod))
    holders_.erase(pod);
}

void allocation::add_load(const allotment& of, int sign) {
  auto& taken = loads_[of.node];
  taken.memory_mb += sign * of.memory_mb;
  taken.disk_gb[of.storage] += sign * of.disk_gb;
}

void allocation::take(const pod_id& pod, const allotment& taken) {
  pods_[pod] = taken;
  vmids_.insert(taken.guest);
  if (taken.address)
    addresses_.insert(*taken.address);
  add_load(taken, 1);
}

void allocation::release_address(allotment& of, instant at) {
  if (!of.address)
    return;
  addresses_.erase(*of.address);
  released_addresses_[*of.address] = at;
  of.address.reset();
}

void allocation::keep_vmid_only(const pod_id& pod, instant at) {
  const auto found = pods_.find(pod);
  if (found == pods_.end())
    return;
  release_address(found->second, at);
  add_load(found->second, -1);
  found->second.memory_mb = found->second.disk_gb = 0;
}

void allocation::release(const pod_id& pod, instant at) {
  const auto found = pods_.find(pod);
  if (found == pods_.end())
    return;
  release_address(found->second, at);
  vmids_.erase(found->second.guest);
  released_vmids_[found->second.guest] = at;
  // The lists are older than its end.
  for (auto& [node, guests] : listed_)
    guests.erase(found->second.guest);
  add_load(found->second, -1);
  pods_.erase(found);
}

void allocation::drop_backup(vmid guest, const std::string& backup, instant at) {
  const auto kept = backups_.find(guest);
  if (kept == backups_.end() || kept->second.erase(backup) == 0 || !kept->second.empty())
    return;
  backups_.erase(kept);
  // Of a deleted pod: only now nothing is keyed by the vmid any more.
  if (!vmids_.contains(guest))
    released_vmids_[guest] = at;
}

void allocation::fold(const event& fact) {
  if (const auto* ordered = std::get_if<pod_ordered>(&fact.payload)) {
    end_hold(fact.pod);
    release(fact.pod, fact.at);
    allotment taken{ordered->guest,     ordered->node,    std::nullopt,
                    ordered->memory_mb, ordered->disk_gb, ordered->storage};
    if (ordered->ip_address)
      taken.address = ipv4_from_text(*ordered->ip_address);
    take(fact.pod, taken);
  } else if (const auto* renumbered = std::get_if<pod_renumbered>(&fact.payload)) {
    end_vmid_hold(fact.pod);
    const auto found = pods_.find(fact.pod);
    if (found == pods_.end())
      return;
    vmids_.erase(found->second.guest);
    strangers_[found->second.guest] = fact.at;
    found->second.guest = renumbered->to;
    vmids_.insert(renumbered->to);
  } else if (const auto* failed = std::get_if<pod_failed>(&fact.payload)) {
    const bool create =
        failed->code == pod_fault::create_failed || failed->code == pod_fault::cancelled;
    if (create && !failed->cleanup_pending)
      keep_vmid_only(fact.pod, fact.at);
  } else if (const auto* ended = std::get_if<item_ended>(&fact.payload)) {
    if (ended->action == item_action::cleanup && ended->status == item_status::success)
      keep_vmid_only(fact.pod, fact.at);
  } else if (const auto* scaled = std::get_if<pod_scaled>(&fact.payload)) {
    resize(fact.pod, scaled->to.memory_mb, scaled->to.disk_gb);
  } else if (const auto* synced = std::get_if<pod_synced>(&fact.payload)) {
    resize(fact.pod, synced->found.memory_mb, synced->found.disk_gb);
    learn_address(fact.pod, synced->ip_address);
  } else if (const auto* active = std::get_if<pod_active>(&fact.payload)) {
    learn_address(fact.pod, active->ip_address);
  } else if (const auto* made = std::get_if<pod_backed_up>(&fact.payload)) {
    backups_[fact.guest.value_or(0)].insert(made->backup);
  } else if (const auto* gone = std::get_if<pod_backup_deleted>(&fact.payload)) {
    drop_backup(fact.guest.value_or(0), gone->backup, fact.at);
  } else if (std::holds_alternative<pod_deleted>(fact.payload)) {
    release(fact.pod, fact.at);
  } else if (const auto* adopted = std::get_if<pod_adopted>(&fact.payload)) {
    if (adopted->order)
      adopt(fact.pod, *adopted->order);
  } else if (const auto* resolved = std::get_if<pod_drift_resolved>(&fact.payload)) {
    if (resolved->node)
      move(fact.pod, node_name{*resolved->node});
  } else {
    fold_node(fact);
  }
}

void allocation::adopt(const pod_id& pod, const pod_ordered& order) {
  end_hold(pod);
  strangers_.erase(order.guest);
  take(pod, {order.guest, order.node, std::nullopt, order.memory_mb, order.disk_gb, order.storage});
}

void allocation::move(const pod_id& pod, const node_name& to) {
  const auto found = pods_.find(pod);
  if (found == pods_.end())
    return;
  add_load(found->second, -1);
  found->second.node = to;
  add_load(found->second, 1);
}

/// An address that was found, not given: whoever holds one already keeps it.
void allocation::learn_address(const pod_id& pod, const std::optional<std::string>& found_there) {
  const auto found = pods_.find(pod);
  const auto address = found_there ? ipv4_from_text(*found_there) : std::nullopt;
  if (found == pods_.end() || !address || addresses_.contains(*address))
    return;
  if (found->second.address)
    addresses_.erase(*found->second.address);
  found->second.address = address;
  addresses_.insert(*address);
}

void allocation::resize(const pod_id& pod, std::int64_t memory_mb,
                        const std::optional<std::int64_t>& disk_gb) {
  const auto found = pods_.find(pod);
  if (found == pods_.end())
    return;
  add_load(found->second, -1);
  found->second.memory_mb = memory_mb;
  found->second.disk_gb = disk_gb.value_or(found->second.disk_gb);
  add_load(found->second, 1);
}

void allocation::fold_node(const event& fact) {
  const bool drained = std::holds_alternative<node_drained>(fact.payload);
  if (!drained && !std::holds_alternative<node_resumed>(fact.payload))
    return;
  const node_name node{fact.stream.substr(node_stream({}).size())};
  if (drained)
    drained_.insert(node);
  else
    drained_.erase(node);
}

} // namespace cloudpods::domain
