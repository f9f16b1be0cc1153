#pragma once

#include "node_sim/text.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cloudpods::node_sim {

enum class guest_kind { vm, ct };

/// What <root>/guests/<vmid>.conf holds.
struct guest {
  int vmid = 0;
  guest_kind kind = guest_kind::vm;
  key_values config;
  key_values pending; ///< an empty value: the key is to be deleted
  std::map<std::string, key_values> snapshots;

  bool has(const std::string& key) const { return config.contains(key); }
  /// The value of a key, or "".
  std::string value(const std::string& key) const;
  std::int64_t number(const std::string& key, std::int64_t usual) const;
  bool is_template() const { return value("template") == "1"; }
  /// The name of a VM or the hostname of a container.
  std::string name() const;
};

/// What <root>/guests/<vmid>.run holds: what a real node keeps in processes.
struct run_state {
  bool running = false;
  std::int64_t pid = 0;
  std::int64_t created_ns = 0;
  std::int64_t started_ns = 0;
  std::string address; ///< with its prefix length
  bool ignores_shutdown = false;
  bool agent_dead = false;
};

std::optional<guest> find_guest(int vmid);
/// Fails as Proxmox does if there is no such guest of that kind.
guest load_guest(int vmid, guest_kind kind);
std::vector<guest> all_guests();
void store_guest(const guest& guest);
/// Writes the placeholder that marks the number as taken; fails if it already is.
void create_placeholder(int vmid, guest_kind kind, std::string_view lock);
/// Removes configuration, run state and pool membership.
void remove_guest(int vmid);

run_state load_run(int vmid);
void store_run(int vmid, const run_state& run);

/// Fails with "VM is locked (x)" if the configuration carries a lock.
void check_lock(const guest& guest);
/// "VM" or "CT".
std::string_view kind_word(guest_kind kind);
/// "qemu" or "lxc".
std::string_view kind_type(guest_kind kind);
/// "Configuration file '…' does not exist".
std::string missing_text(int vmid, guest_kind kind);

std::string new_mac();
/// Keys that hold disks: those that name a volume.
std::vector<std::string> disk_keys(const guest& guest);

} // namespace cloudpods::node_sim
