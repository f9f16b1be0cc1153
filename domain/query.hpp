#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/ids.hpp"
#include "domain/lifecycle.hpp"
#include "domain/log_reading.hpp"
#include "domain/owner_mark.hpp"

namespace cloudpods::domain {

// Reads: run attached, with a deadline.

/// Every guest of the cluster.
struct list_guests {
  bool partly = false; ///< entries that cannot be read are left out and counted
};

/// Configuration and state of one guest.
struct read_guest {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  std::string disk = {}; ///< a VM's, as the blueprint names it; "": the one it boots from
  bool pending = false;  ///< also: does a change wait for its restart?
};

/// A running guest's address in the given network (contract 14).
struct read_address {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  std::uint32_t network = 0;
  int prefix_length = 0; ///< 0: any that is no loopback, link-local or container bridge
};

/// The volumes of one vmid on every storage of the node.
struct list_volumes {
  vmid guest = 0;
};

/// What the host has and how busy it is: memory, processors and storages.
struct read_capacity {};

/// The snapshots of one guest.
struct list_snapshots {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
};

/// The archives of one vmid on a storage.
struct list_backups {
  vmid guest = 0;
  storage_name storage;
};

/// How a guest does: `[scripts] ct_health`, already expanded, for containers; for VMs `argv` is
/// empty and the node and the guest's agent are asked.
struct read_health {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  std::vector<std::string> argv;
};

/// The tasks of the host about one guest, newest first.
struct list_guest_tasks {
  vmid guest = 0;
};

/// What the account may run as root.
struct read_sudo_rights {};

/// Items that have directories of attempts on the node, older than that.
struct list_attempts {
  int older_than_minutes = 60;
};

using query = std::variant<list_guests, read_guest, read_address, list_volumes, read_capacity,
                           list_snapshots, list_backups, read_health, read_sudo_rights,
                           list_attempts, read_log, list_guest_tasks>;

/// One guest of the cluster's list.
struct listed_guest {
  vmid guest = 0;
  guest_kind kind = guest_kind::vm;
  std::string node;
  std::string name;
  std::string status;
  std::string tags;
  bool is_template = false;
  // Up to 20 s old; absent: not told. Shares are of 1.
  std::optional<double> cpu = {};
  std::optional<double> memory = {};
  std::optional<double> disk = {};
  std::optional<std::int64_t> uptime_s = {};
  std::optional<std::int64_t> cores = {};
  std::optional<std::int64_t> memory_mb = {};
};

struct guest_list {
  std::vector<listed_guest> guests;
  int unread = 0; ///< entries that could not be read: what is not listed may be one of them

  [[nodiscard]] const listed_guest* find(vmid guest) const;
};

/// Whose mark a guest carries.
enum class ownership { ours, anothers, none };

/// What `qm config` and `qm status` (or `pct`) say.
struct guest_facts {
  bool exists = false; ///< on this host; false proves nothing about the cluster
  std::string lock;    ///< "" where there is none
  std::string description;
  std::string tags;
  std::int64_t cores = 0;
  std::int64_t memory_mb = 0;
  std::optional<std::int64_t> disk_gb; ///< of the disk that was asked for, or the root file system
  std::string status;                  ///< `running`, `stopped`, …
  std::int64_t swap_mb = 0;            ///< a container's
  bool pending = false;                ///< a change waits for its restart; only where asked for
  std::string name = {};
  std::string disk = {};    ///< the name of that disk
  std::string storage = {}; ///< where it is
  std::string bridge = {};  ///< of its first network device

  [[nodiscard]] ownership owner(const owner_mark& mark) const;
  /// The controller that the description's mark names; nothing where it has none.
  [[nodiscard]] std::optional<std::string> marked_controller() const;
  /// The pod that mark or tags name; in lower case where only the tags do.
  [[nodiscard]] std::optional<std::string> marked_pod() const;
  /// The description without a mark.
  [[nodiscard]] std::string notes() const;
  /// The tags that are no mark's, joined by `;`.
  [[nodiscard]] std::string other_tags() const;
};

/// Whether a list of tags, as Proxmox keeps them, has one.
bool has_tag(std::string_view tags, std::string_view wanted);
/// The tag that names a pod.
std::string tag_of(const pod_id& pod);

struct guest_address {
  std::optional<std::string> address; ///< absent: none seen yet
};

struct volume_list {
  std::vector<std::string> volumes;
};

struct storage_capacity {
  storage_name storage;
  std::int64_t total_gb = 0;
  std::int64_t free_gb = 0;
};

struct node_capacity {
  std::int64_t memory_total_mb = 0;
  std::int64_t cpus = 0;
  std::vector<storage_capacity> storages;
  std::int64_t memory_used_mb = 0;
  double cpu_ratio = 0; ///< of all processors, 0 to 1
  std::optional<std::int64_t> uptime_s = {};
};

/// A snapshot that is whole; one that is being made or deleted is told as `unfinished`.
struct guest_snapshot {
  std::string name;
  std::string description;
  bool unfinished = false;
};

struct snapshot_list {
  std::vector<guest_snapshot> snapshots;
};

struct stored_backup {
  std::string volume; ///< `<storage>:backup/<file>`
  std::int64_t size_bytes = 0;
};

struct backup_list {
  std::vector<stored_backup> backups;
};

/// Shares are of 1; absent: not known.
struct guest_health {
  std::string status; ///< `running`, `stopped`, `paused`, …
  std::optional<double> cpu;
  std::optional<double> memory;
  std::optional<double> disk;
  std::optional<std::int64_t> uptime_s;
  std::optional<bool> agent;     ///< a VM's agent answers; absent: it has none
  std::optional<bool> reachable; ///< the script says so of a container's network
  std::vector<std::string> issues;
};

struct sudo_rights {
  bool all = false; ///< everything, or no `sudo` is needed
  /// As `sudo` lists them: a path, and what its arguments must be where it says so.
  std::vector<std::string> commands;
};

struct attempt_list {
  std::vector<item_id> items;
};

struct guest_task {
  std::string type;              ///< `qmstart`, `vzstop`, …
  std::int64_t started_at_s = 0; ///< by the host's clock
};

struct guest_task_list {
  std::vector<guest_task> tasks; ///< newest first
};

using query_answer =
    std::variant<guest_list, guest_facts, guest_address, volume_list, node_capacity, snapshot_list,
                 backup_list, guest_health, sudo_rights, attempt_list, log_lines, guest_task_list>;

} // namespace cloudpods::domain
