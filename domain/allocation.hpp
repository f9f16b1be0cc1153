#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/catalogue.hpp"
#include "domain/event.hpp"
#include "domain/operation.hpp"
#include "domain/order.hpp"

namespace cloudpods::domain {

/// What a pod takes of the installation.
struct allotment {
  vmid guest = 0;
  node_name node;
  std::optional<std::uint32_t> address;
  std::int64_t memory_mb = 0;
  std::int64_t disk_gb = 0;
  storage_name storage;
};

/// Which vmids and addresses are free, and which node takes a pod: a fold of the log, and holds
/// for orders whose append is under way (contract 5 placement, 11 quarantine).
class allocation {
public:
  explicit allocation(std::shared_ptr<const catalogue> offers);

  /// From now on this is sold; what is held stays.
  void sell(std::shared_ptr<const catalogue> offers) { offers_ = std::move(offers); }

  // What is known at the start.
  void restore(const pod_id& pod, const allotment& taken);
  void restore_released(vmid guest, instant at);
  /// A backup that is keyed by the vmid exists: nobody else gets it (contract 11).
  void restore_backup(vmid guest, const std::string& backup) { backups_[guest].insert(backup); }
  void restore_released(std::uint32_t address, instant at);

  /// What a node has; until it is known nothing is refused for it.
  void note_capacity(const node_name& node, const node_capacity& capacity);
  /// All guests that `node` lists now, in place of those it listed before: their vmids are not
  /// given, whoever they belong to.
  void note_guests(const node_name& node, std::set<vmid> guests) {
    listed_[node] = std::move(guests);
  }
  /// It gets no new pods (contract 8).
  void note_drained(const node_name& node) { drained_.insert(node); }

  /// Holds a vmid, and an address where one is wanted and the node's region has a pool, for `pod`,
  /// in place of what was held for it; those that the request names, where it does. Refuses with
  /// `no_capacity`, `ip_pool_exhausted`, `vmid_in_use`, `ip_in_use`.
  expected<placement> hold(const pod_id& pod, const placement_request& wanted, instant now,
                           const tenant_id& tenant = {});
  /// Another vmid for a pod that has one, in place of one held before. Refuses with `no_capacity`.
  expected<vmid> hold_vmid(const pod_id& pod, instant now, const tenant_id& tenant = {});
  /// The append that a hold was for did not happen.
  void end_hold(const pod_id& pod);
  /// Nothing that was to be appended for this tenant up to now will be any more.
  void end_holds_of(const tenant_id& tenant);

  /// Folds a committed event.
  void fold(const event& fact);

private:
  struct load {
    std::int64_t memory_mb = 0;
    std::map<storage_name, std::int64_t> disk_gb;
  };

  [[nodiscard]] bool has_room(const node_name& node, const placement_request& wanted) const;
  expected<vmid> vmid_for(const placement_request& wanted, instant now);
  expected<std::optional<std::uint32_t>> address_for(const placement_request& wanted,
                                                     const node_name& node, instant now);
  /// Why nobody gets the vmid; nothing where it is free.
  [[nodiscard]] std::optional<std::string_view> obstacle(vmid guest, instant now) const;
  std::optional<vmid> free_vmid(instant now);
  std::optional<std::uint32_t> free_address(const ip_pool& pool, instant now);
  void take(const pod_id& pod, const allotment& taken);
  void release(const pod_id& pod, instant at);
  void drop_backup(vmid guest, const std::string& backup, instant at);
  /// What a pod keeps whose create failed and is clean: its vmid, for a retry (contract 10).
  void keep_vmid_only(const pod_id& pod, instant at);
  void release_address(allotment& of, instant at);
  void learn_address(const pod_id& pod, const std::optional<std::string>& found_there);
  void resize(const pod_id& pod, std::int64_t memory_mb,
              const std::optional<std::int64_t>& disk_gb);
  void adopt(const pod_id& pod, const pod_ordered& order);
  void move(const pod_id& pod, const node_name& to);
  void end_vmid_hold(const pod_id& pod);
  void add_load(const allotment& of, int sign);
  [[nodiscard]] bool quarantined(instant released_at, instant now) const;
  [[nodiscard]] bool is_protected(vmid guest) const;
  [[nodiscard]] bool is_strangers(vmid guest, instant now) const;
  void fold_node(const event& fact);

  std::shared_ptr<const catalogue> offers_;
  std::unordered_map<pod_id, allotment> pods_;
  std::unordered_map<pod_id, allotment> holds_;
  std::unordered_map<pod_id, vmid> vmid_holds_;
  std::set<vmid> vmids_;
  std::map<vmid, std::set<std::string>> backups_; ///< that are keyed by a vmid
  std::set<std::uint32_t> addresses_;
  std::map<vmid, instant> strangers_; ///< found where a guest of ours was to be made
  std::map<node_name, std::set<vmid>> listed_;
  std::set<node_name> drained_;
  std::unordered_map<pod_id, tenant_id> holders_; ///< for whom a pod has holds
  std::map<vmid, instant> released_vmids_;
  std::map<std::uint32_t, instant> released_addresses_;
  std::map<node_name, load> loads_;
  std::map<node_name, node_capacity> capacities_;
  vmid next_vmid_ = 0;
  std::map<std::string, std::uint32_t> next_address_; ///< by region
};

} // namespace cloudpods::domain
