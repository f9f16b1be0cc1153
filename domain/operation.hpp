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
#include "domain/owner_mark.hpp"
#include "domain/query.hpp"

namespace cloudpods::domain {

/// What a VM is told of its network by cloud-init.
struct static_address {
  std::string address;
  int prefix_length = 24;
  std::string gateway;
  std::string nameserver;
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

/// Runs a task of a stack on its pod's node (contract 15), already expanded.
struct run_task {
  vmid guest = 0;
  std::vector<std::string> argv;
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
                 roll_back, back_up, restore_guest, delete_backups, run_task, adopt_guest>;

} // namespace cloudpods::domain
