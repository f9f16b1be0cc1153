#include "node_sim/pct.hpp"

#include "node_sim/faults.hpp"
#include "node_sim/guest.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/pool.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"
#include "node_sim/waiting.hpp"

#include <cerrno>

namespace cloudpods::node_sim {

namespace {

constexpr std::string_view rsync_statistics = "Number of files: 20,211 (reg: 15,002, dir: 2,204, "
                                              "link: 2,999, special: 6)\n"
                                              "Total file size: 1,034,285,412 bytes\n"
                                              "Total bytes sent: 1,036,402,117\n"
                                              "Total bytes received: 312,455\n"
                                              "total size is 1,034,285,412  speedup is 1.00\n";

/// Writes or takes away the `lock` key of the source, under its flock.
void lock_source(int vmid, bool locked) {
  const auto lock = lock_guest(vmid, guest_kind::ct, 10'000);
  auto source = load_guest(vmid, guest_kind::ct);
  if (locked) {
    check_lock(source);
    source.config["lock"] = "disk";
  } else if (source.value("lock") == "disk") {
    source.config.erase("lock");
  }
  store_guest(source);
}

void check_order(const guest& source, bool full, const arguments& given) {
  if (const auto pool = given.find("pool"); pool && !pool_exists(*pool))
    throw failure{cat("pool '", *pool, "' does not exist")};
  if (const auto target = given.find("target"); target && *target != node_name())
    throw failure{cat("no such cluster node '", *target, "'")};
  if (!full && given.has("storage"))
    throw failure{"parameter 'storage' not allowed for linked clones"};
  if (const auto id = given.find("storage"))
    if (load_storage(*id).content.find("rootdir") == std::string::npos)
      throw failure{cat("storage '", *id, "' does not support CT rootdirs")};
  if (load_run(source.vmid).running && !given.has("snapname"))
    throw failure{"Full clone of a running container is only possible from a snapshot"};
  if (const auto taken = find_guest(given.vmid("newid")))
    throw failure{cat(kind_word(taken->kind), " ", taken->vmid, " already exists on node '",
                      node_name(), "'"),
                  EEXIST};
}

guest copied_guest(const guest& source, const arguments& given) {
  guest created{given.vmid("newid"), guest_kind::ct, source.config, {}, {}};
  for (const auto* key : {"template", "rootfs", "parent"})
    created.config.erase(key);
  created.config["lock"] = "create";
  for (auto& [key, value] : created.config)
    if (const auto place = value.find("hwaddr="); key.starts_with("net") && place != value.npos)
      value.replace(place + 7, 17, new_mac());
  if (const auto name = given.find("hostname"))
    created.config["hostname"] = *name;
  if (const auto description = given.find("description"))
    created.config["description"] = encode_description(*description);
  return created;
}

void copy(const guest& source, bool full, const arguments& given) {
  const int newid = given.vmid("newid");
  const auto rootfs = source.value("rootfs");
  const auto source_id = drive_volume(rootfs);
  std::string made;
  try {
    out(cat("creating a clone of container ", source.vmid, " with ID ", newid, "\n"));
    out(cat("create ", full ? "full" : "linked", " clone of mountpoint rootfs (", source_id,
            ")\n"));
    flush();
    const auto original = parse_volume_id(source_id);
    const auto place = given.text("storage", original.storage);
    const auto volume = allocate(place, free_volume_name(place, guest_kind::ct, newid),
                                 drive_size(rootfs), full ? "" : original.name);
    made = volume.id();
    spend_latency_down_to(1, 2);
    strike(fault_point::half);
    spend_latency();
    // rsync is silent until its end; a reader that is gone shows only now.
    if (full)
      print_progress(rsync_statistics);
    auto created = copied_guest(source, given);
    created.config["rootfs"] = cat(made, ",size=", size_text(drive_size(rootfs)));
    created.config.erase("lock");
    if (const auto pool = given.find("pool"))
      join_pool(*pool, newid, false);
    store_guest(created);
    finish_undisturbed();
    lock_source(source.vmid, false);
  } catch (const failure& error) {
    finish_undisturbed();
    hold_latency(true);
    pause_ms(setting("cleanup_ms", 0));
    if (!made.empty())
      free_volume(made);
    remove_guest(newid);
    lock_source(source.vmid, false);
    throw failure{cat("clone failed: ", error.text)};
  }
}

} // namespace

int pct_clone(const arguments& given) {
  const auto source = load_guest(given.vmid(), guest_kind::ct);
  const bool full = !source.is_template() || given.flag("full");
  claim_guest(given.vmid("newid"));
  check_order(source, full, given);
  // Both locks are written before the task starts. The latency is the copy's, so it is not spent
  // here.
  hold_latency(true);
  lock_source(source.vmid, true);
  try {
    create_placeholder(given.vmid("newid"), guest_kind::ct, "create");
    auto created = copied_guest(source, given);
    created.config.erase("description");
    store_guest(created);
  } catch (const failure&) {
    lock_source(source.vmid, false);
    throw;
  }
  return run_task("vzclone", cat(source.vmid), [&] {
    hold_latency(false);
    copy(source, full, given);
  });
}

} // namespace cloudpods::node_sim
