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

namespace cloudpods::domain {

/// What a VM is told of its network by cloud-init.
struct static_address {
  std::string address;
  int prefix_length = 24;
  std::string gateway;
  std::string nameserver;
};

/// The owner's mark of a guest (contract 11): text of its description, and its tags.
struct owner_mark {
  controller_id controller;
  pod_id pod;

  /// `cloudpods/<controller>/<pod>`
  [[nodiscard]] std::string description() const;
  /// `cloudpods;<pod>` in lower case, as Proxmox keeps tags
  [[nodiscard]] std::string tags() const;
};

// Changes: run detached on the node (contract 14). All values have been validated.

/// Full clone of a VM template, into the pool, with the mark as its description.
struct clone_vm {
  vmid guest = 0;
  vmid from_template = 0;
  std::string name;
  owner_mark mark;
  std::string pool;
  storage_name storage;
};

/// `qm set`: size, cloud-init, mark and tags, agent. Keys reach the node on standard input.
struct configure_vm {
  vmid guest = 0;
  std::int64_t cores = 1;
  std::int64_t memory_mb = 512;
  std::string ci_user;
  std::vector<std::string> ssh_keys;
  std::optional<static_address> address; ///< absent: DHCP
  owner_mark mark;
  std::string vendor_snippet; ///< `<storage>:snippets/<file>` or ""
};

/// Grows a VM's disk to an absolute size.
struct resize_vm_disk {
  vmid guest = 0;
  std::string disk;
  std::int64_t disk_gb = 0;
};

struct start_guest {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
};

/// Runs `[scripts] ct_create`, already expanded.
struct create_container {
  vmid guest = 0;
  std::vector<std::string> argv;
};

/// `pct set`: mark and tags.
struct mark_container {
  vmid guest = 0;
  owner_mark mark;
};

struct join_pool {
  vmid guest = 0;
  std::string pool;
};

/// Adds public keys to root's authorized keys inside a container; they go in by standard input.
struct install_container_keys {
  vmid guest = 0;
  std::vector<std::string> ssh_keys;
};

/// Runs `[scripts] ct_resize`, already expanded.
struct resize_container {
  vmid guest = 0;
  std::vector<std::string> argv;
};

/// Writes cloud-init vendor data `<file>` to the node's snippets storage, from standard input.
struct write_snippet {
  storage_name storage;
  std::string file;
  std::string content;
};

struct remove_snippet {
  storage_name storage;
  std::string file;
};

/// Enters an address into the node's IPAM file, once, under `flock` (contract 14).
struct register_address {
  std::string ipam_file;
  std::string address;
};

struct release_address {
  std::string ipam_file;
  std::string address;
};

/// Stops and removes a guest, after its mark was checked in the same command on the node: nothing
/// is touched where it is another's, or where it has none and `unmarked_is_ours` is false
/// (contract 11). A guest that is not there is success.
struct destroy_guest {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  owner_mark mark;
  bool unmarked_is_ours = false;
  /// Containers: `[scripts] ct_destroy`, already expanded; VMs: empty
  std::vector<std::string> argv;
};

/// Frees volumes of a guest that is known to be gone; each is named after its vmid.
struct free_volumes {
  vmid guest = 0;
  std::vector<std::string> volumes;
};

/// Stops a running guest; one that does not run, or is not there, is success.
struct stop_guest {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  bool ask = true;             ///< false: at once, as pulling the plug
  std::int64_t timeout_s = 60; ///< how long it may take to obey
  bool insist = false;         ///< stopped by force once that time has passed; else it fails
};

/// Sets a VM's cores and memory; on a running one they wait for its restart.
struct set_vm_size {
  vmid guest = 0;
  std::int64_t cores = 1;
  std::int64_t memory_mb = 512;
};

/// Runs `[scripts] ct_scale`, already expanded, then `pct set --swap` where swap is to change.
struct set_container_size {
  vmid guest = 0;
  std::vector<std::string> argv;
  std::optional<std::int64_t> swap_mb;
};

struct take_snapshot {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  std::string name;
  std::string description;
};

/// One that is not there is success.
struct delete_snapshot {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  std::string name;
};

/// Back to a snapshot, after the mark was checked in the same command (contract 11). The guest is
/// stopped after it.
struct roll_back {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  owner_mark mark;
  std::string name;
};

/// A backup by vzdump; `argv` is `[scripts] ct_backup`, already expanded, for containers and empty
/// for VMs. Its outcome tells the archive.
struct back_up {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  backup_mode mode = backup_mode::snapshot;
  storage_name storage;
  std::vector<std::string> argv;
};

/// Puts an archive in place of a stopped guest, after the mark was checked in the same command.
/// A guest that is not there is restored too where `unmarked_is_ours`: an earlier try broke.
struct restore_guest {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  owner_mark mark;
  bool unmarked_is_ours = false;
  std::string volume;
  storage_name storage;
};

/// Removes archives of one vmid, each named `<storage>:backup/vzdump-…-<vmid>-…`; one that is not
/// there is success.
struct delete_backups {
  vmid guest = 0;
  std::vector<std::string> volumes;
};

/// Gives a guest the mark of a pod, after its present one was checked in the same command: none,
/// the pod's own, or that of `replaces`. Notes and other tags stay (contract 17).
struct adopt_guest {
  guest_kind kind = guest_kind::vm;
  vmid guest = 0;
  owner_mark mark;
  std::optional<owner_mark> replaces;
  std::string notes; ///< the description without a mark
  std::string tags;  ///< those that are no mark's, joined by `;`
};

using operation =
    std::variant<clone_vm, configure_vm, resize_vm_disk, start_guest, create_container,
                 mark_container, join_pool, install_container_keys, resize_container, write_snippet,
                 remove_snippet, register_address, release_address, destroy_guest, free_volumes,
                 stop_guest, set_vm_size, set_container_size, take_snapshot, delete_snapshot,
                 roll_back, back_up, restore_guest, delete_backups, adopt_guest>;

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

using query =
    std::variant<list_guests, read_guest, read_address, list_volumes, read_capacity, list_snapshots,
                 list_backups, read_health, read_sudo_rights, list_attempts, list_guest_tasks>;

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
                 backup_list, guest_health, sudo_rights, attempt_list, guest_task_list>;

} // namespace cloudpods::domain
