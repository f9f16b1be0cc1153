#include "node_sim/storage.hpp"

#include "node_sim/faults.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"
#include "node_sim/waiting.hpp"

#include <cctype>
#include <cerrno>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

std::string volume_file(const volume& volume) {
  if (volume.content() == "snippets")
    return inside(volume.name);
  return inside(cat("storages/", volume.storage, "/", encode_uri(volume.name)));
}

// A running sum, so that an allocation among ten thousand volumes stays cheap.
std::string sum_file(const std::string& storage) {
  return inside(cat("storages/", storage, ".sum"));
}

void add_to_sum(const std::string& storage, std::int64_t bytes) {
  const auto used = to_number(read_text(sum_file(storage)).value_or("")).value_or(0);
  write_text(sum_file(storage), cat(used + bytes));
}

std::string dataset(const volume& volume) {
  return cat("rpool/", volume.storage, "/", volume.name);
}

} // namespace

void store_volume(const volume& volume) {
  write_text(volume_file(volume),
             cat("size: ", volume.size, "\nparent: ", volume.parent,
                 "\ncreated_s: ", volume.created_s, "\nnotes: ", encode_description(volume.notes),
                 "\nprotected: ", int{volume.is_protected}, "\n"));
}

std::string volume::id() const {
  return parent.empty() ? cat(storage, ":", name) : cat(storage, ":", parent, "/", name);
}

int volume::vmid() const {
  const auto dash = name.find('-');
  const auto backup = name.find("backup/vzdump-");
  if (backup != name.npos)
    return static_cast<int>(to_number(split(name, '-').at(2)).value_or(0));
  if (dash == name.npos)
    return 0;
  return static_cast<int>(to_number(split(name, '-').at(1)).value_or(0));
}

std::string volume::content() const {
  if (name.starts_with("backup/"))
    return "backup";
  if (name.starts_with("snippets/"))
    return "snippets";
  return name.starts_with("subvol-") || name.starts_with("basevol-") ? "rootdir" : "images";
}

std::string volume::format() const {
  const auto kind = content();
  if (kind == "backup")
    return name.substr(name.find(name.find(".vma") != name.npos ? "vma" : "tar"));
  return kind == "rootdir" ? "subvol" : kind == "snippets" ? "snippet" : "raw";
}

std::vector<storage> all_storages() {
  std::vector<storage> found;
  for (const auto& name : names_in(inside("storages")))
    if (name.ends_with(".conf"))
      found.push_back(*find_storage(name.substr(0, name.size() - 5)));
  return found;
}

std::optional<storage> find_storage(const std::string& id) {
  const auto text = read_text(inside(cat("storages/", id, ".conf")));
  if (!text)
    return std::nullopt;
  auto values = parse_key_values(*text);
  return storage{id,
                 values["type"],
                 values["content"],
                 parse_size(values["capacity"]).value_or(0),
                 values["active"] != "0",
                 values["enabled"] != "0"};
}

storage load_storage(const std::string& id) {
  auto found = find_storage(id);
  if (!found)
    throw failure{cat("storage '", id, "' does not exist")};
  if (!found->enabled)
    throw failure{cat("storage '", id, "' is disabled")};
  if (!found->active)
    throw failure{cat("storage '", id, "' is not online")};
  return std::move(*found);
}

std::uint64_t used_bytes(const storage& storage) {
  const auto used = to_number(read_text(sum_file(storage.id)).value_or("")).value_or(0);
  return static_cast<std::uint64_t>(used);
}

std::vector<volume> volumes_of(const std::string& storage) {
  std::vector<volume> found;
  for (const auto& file : names_in(inside(cat("storages/", storage))))
    if (auto entry = find_volume(cat(storage, ":", decode_percent(file))))
      found.push_back(std::move(*entry));
  const auto owner = find_storage(storage);
  if (owner && owner->content.find("snippets") != std::string::npos)
    for (const auto& file : names_in(inside("snippets")))
      found.push_back(*find_volume(cat(storage, ":snippets/", file)));
  return found;
}

volume parse_volume_id(const std::string& volume_id) {
  const auto colon = volume_id.find(':');
  if (colon == volume_id.npos || colon == 0 || colon + 1 == volume_id.size())
    throw failure{cat("unable to parse volume ID '", volume_id, "'")};
  auto name = volume_id.substr(colon + 1);
  if (name.starts_with("base"))
    name = name.substr(name.find('/') + 1);
  return {volume_id.substr(0, colon), name, 0, {}};
}

std::optional<volume> find_volume(const std::string& volume_id) {
  auto found = parse_volume_id(volume_id);
  const auto text = read_text(volume_file(found));
  if (!text)
    return std::nullopt;
  if (found.name.starts_with("snippets/")) {
    found.size = text->size();
    return found;
  }
  auto values = parse_key_values(*text);
  found.size = static_cast<std::uint64_t>(to_number(values["size"]).value_or(0));
  found.parent = values["parent"];
  found.created_s = to_number(values["created_s"]).value_or(0);
  found.notes = decode_percent(values["notes"]);
  found.is_protected = values["protected"] == "1";
  return found;
}

std::string volume_path(const volume& volume) {
  if (volume.content() == "backup")
    return cat("/mnt/pve/", volume.storage, "/dump", volume.name.substr(volume.name.find('/')));
  if (volume.content() == "snippets")
    return volume_file(volume);
  return cat(volume.content() == "rootdir" ? "/" : "/dev/zvol/", dataset(volume));
}

volume allocate(const std::string& storage, const std::string& name, std::uint64_t size,
                const std::string& parent) {
  const auto target = load_storage(storage);
  const auto lock = lock_storage(storage);
  pause_ms(setting("allocate_ms", 0));
  const volume created{storage, name, size, parent, now_ns() / 1'000'000'000};
  if (exists(volume_file(created)))
    throw failure{cat("zfs error: cannot create '", dataset(created), "': dataset already exists")};
  if (parent.empty() && target.capacity != 0 && used_bytes(target) + size > target.capacity)
    throw failure{target.type == "dir"
                      ? cat("write error: No space left on device")
                      : cat("zfs error: cannot create '", dataset(created), "': out of space")};
  store_volume(created);
  if (parent.empty())
    add_to_sum(storage, static_cast<std::int64_t>(size));
  return created;
}

std::string free_volume_name(const std::string& storage, guest_kind kind, int vmid) {
  const auto word = kind == guest_kind::vm ? "vm-" : "subvol-";
  for (int number = 0;; ++number) {
    auto name = cat(word, vmid, "-disk-", number);
    if (!exists(volume_file({storage, name, 0, {}})))
      return name;
  }
}

void resize_volume(const std::string& volume_id, std::uint64_t size) {
  auto found = find_volume(volume_id);
  if (!found)
    throw failure{cat("zfs error: cannot open '", volume_id, "': dataset does not exist")};
  const auto target = load_storage(found->storage);
  const auto lock = lock_storage(found->storage);
  if (target.capacity != 0 && used_bytes(target) + size - found->size > target.capacity)
    throw failure{cat("zfs error: cannot set property for '", dataset(*found), "': out of space")};
  add_to_sum(found->storage, static_cast<std::int64_t>(size - found->size));
  found->size = size;
  store_volume(*found);
}

void free_volume(const std::string& volume_id) {
  const auto gone = parse_volume_id(volume_id);
  load_storage(gone.storage);
  const auto lock = lock_storage(gone.storage);
  if (gone.name.starts_with("base"))
    for (const auto& other : volumes_of(gone.storage))
      if (other.parent == gone.name)
        throw failure{cat("base volume '", volume_id, "' is still in use by linked cloned")};
  const auto present = find_volume(volume_id);
  if (present && ::unlink(volume_file(gone).c_str()) == 0 && present->parent.empty())
    add_to_sum(gone.storage, -static_cast<std::int64_t>(present->size));
}

std::string drive_volume(std::string_view value) {
  return std::string{value.substr(0, value.find(','))};
}

bool is_cloudinit(std::string_view value) {
  return drive_volume(value).find("cloudinit") != std::string::npos;
}

std::uint64_t drive_size(std::string_view value) {
  const auto properties = parse_properties(value, "file");
  const auto size = properties.find("size");
  return size == properties.end() ? 0 : parse_size(size->second).value_or(0);
}

} // namespace cloudpods::node_sim
