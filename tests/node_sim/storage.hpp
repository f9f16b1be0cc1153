#pragma once

#include "node_sim/guest.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cloudpods::node_sim {

/// What <root>/storages/<id>.conf says of a storage.
struct storage {
  std::string id;
  std::string type;    ///< "zfspool" or "dir"
  std::string content; ///< "images,rootdir"
  std::uint64_t capacity = 0;
  bool active = true;
  bool enabled = true;
};

/// A file <root>/storages/<id>/<name> that holds its size; a linked clone also its parent.
struct volume {
  std::string storage;
  std::string name;
  std::uint64_t size = 0;
  std::string parent;
  std::int64_t created_s = 0; ///< of a backup
  std::string notes = {};
  bool is_protected = false;

  std::string id() const;
  /// The number in its name, 0 without one.
  int vmid() const;
  std::string content() const;
  std::string format() const;
};

std::vector<storage> all_storages();
std::optional<storage> find_storage(const std::string& id);
/// Fails with "storage 'x' does not exist", "… is disabled" or "… is not online".
storage load_storage(const std::string& id);
std::uint64_t used_bytes(const storage& storage);

std::vector<volume> volumes_of(const std::string& storage);
/// "clients-main:base-9100-disk-0/vm-9103-disk-0" to the volume; none if it is gone.
std::optional<volume> find_volume(const std::string& volume_id);
/// Splits a volume id; fails with "unable to parse volume ID 'x'".
volume parse_volume_id(const std::string& volume_id);
std::string volume_path(const volume& volume);

/// Makes a volume under the storage's lock. Fails with "out of space" or "dataset already exists".
volume allocate(const std::string& storage, const std::string& name, std::uint64_t size,
                const std::string& parent = {});
/// The first free name, such as vm-9101-disk-0.
std::string free_volume_name(const std::string& storage, guest_kind kind, int vmid);
/// Writes what changed of a volume's notes and protection.
void store_volume(const volume& volume);
void resize_volume(const std::string& volume_id, std::uint64_t size);
/// Frees under the storage's lock; a volume that is gone already is no failure.
void free_volume(const std::string& volume_id);

/// The first part of a drive's value: "clients-main:vm-1-disk-0,size=8G" to its volume id.
std::string drive_volume(std::string_view value);
/// True for a cloud-init drive.
bool is_cloudinit(std::string_view value);
std::uint64_t drive_size(std::string_view value);

} // namespace cloudpods::node_sim
