#include "node_sim/destroy.hpp"

#include "node_sim/faults.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/waiting.hpp"

#include <set>

namespace cloudpods::node_sim {

namespace {

std::set<std::string> volumes_to_free(const guest& guest, bool unreferenced) {
  std::set<std::string> ids;
  for (const auto& key : disk_keys(guest))
    ids.insert(drive_volume(guest.value(key)));
  if (!unreferenced)
    return ids;
  for (const auto& storage : all_storages()) {
    if (!storage.enabled || !storage.active)
      continue;
    for (const auto& volume : volumes_of(storage.id))
      if (volume.vmid() == guest.vmid && volume.content() != "backup")
        ids.insert(volume.id());
  }
  return ids;
}

void free_or_warn(const guest& guest, const std::string& id) {
  try {
    free_volume(id);
  } catch (const failure& error) {
    if (guest.kind == guest_kind::ct || guest.is_template())
      throw;
    out(cat("Could not remove disk '", id, "', check manually: ", error.text, "\n"));
  }
}

} // namespace

void destroy_guest(const guest& guest, const arguments& given) {
  if (guest.value("protection") == "1")
    throw failure{
        cat("can't remove ", kind_word(guest.kind), " ", guest.vmid, " - protection mode enabled")};
  const auto ids = volumes_to_free(guest, given.flag("destroy-unreferenced-disks"));
  // A template that linked clones hang on is refused before anything is touched.
  if (!guest.is_template())
    store_guest({guest.vmid, guest.kind, {{"lock", "destroyed"}}, {}, {}});
  for (const auto& id : ids) {
    free_or_warn(guest, id);
    strike(fault_point::half);
    check_interrupted();
  }
  if (given.flag("purge"))
    out(cat("purging ", kind_word(guest.kind), " ", guest.vmid,
            " from related configurations..\n"));
  remove_guest(guest.vmid);
}

} // namespace cloudpods::node_sim
