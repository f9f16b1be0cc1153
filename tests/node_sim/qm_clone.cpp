#include "node_sim/qm.hpp"

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

struct clone_order {
  guest source;
  int newid;
  bool full;
  arguments given;
};

void check_target(int newid) {
  const auto taken = find_guest(newid);
  if (!taken)
    return;
  if (taken->kind == guest_kind::vm)
    throw failure{cat("unable to create VM ", newid, ": config file already exists"), EEXIST};
  throw failure{cat("close (rename) atomic file '/etc/pve/nodes/", node_name(), "/qemu-server/",
                    newid, ".conf' failed: File exists"),
                EEXIST};
}

void check_places(const clone_order& order) {
  if (const auto pool = order.given.find("pool"); pool && !pool_exists(*pool))
    throw failure{cat("pool '", *pool, "' does not exist")};
  if (const auto target = order.given.find("target"); target && *target != node_name())
    throw failure{cat("no such cluster node '", *target, "'")};
  if (!order.full && (order.given.has("storage") || order.given.has("format")))
    throw failure{cat("parameter '", order.given.has("storage") ? "storage" : "format",
                      "' not allowed for linked clones")};
  if (const auto id = order.given.find("storage"))
    if (load_storage(*id).content.find("images") == std::string::npos)
      throw failure{cat("storage '", *id, "' does not support vm images")};
  if (const auto snapshot = order.given.find("snapname");
      snapshot && !order.source.snapshots.contains(*snapshot))
    throw failure{cat("snapshot '", *snapshot, "' does not exist")};
}

/// Everything but disks and networks is taken over as it is.
key_values copied_config(const clone_order& order) {
  key_values config;
  for (const auto& [key, value] : order.source.config) {
    if (key == "template" || key == "lock" || key == "parent")
      continue;
    auto copy = value;
    if (key.starts_with("net")) {
      auto comma = copy.find(',');
      const auto model = copy.substr(0, copy.find('='));
      copy = cat(model, "=", new_mac(), comma == copy.npos ? "" : copy.substr(comma));
    }
    config[key] = copy;
  }
  for (const auto& key : disk_keys(order.source))
    config.erase(key);
  const auto source_name = order.source.name();
  config["name"] = order.given.text(
      "name", cat("Copy-of-VM-", source_name.empty() ? cat(order.source.vmid) : source_name));
  if (const auto description = order.given.find("description"))
    config["description"] = encode_description(*description);
  const auto id = lower(random_hex(32));
  config["smbios1"] = cat("uuid=", id.substr(0, 8), "-", id.substr(8, 4), "-", id.substr(12, 4),
                          "-", id.substr(16, 4), "-", id.substr(20));
  return config;
}

void copy_with_progress(std::uint64_t size) {
  const auto lines = setting("progress_lines", 4);
  for (std::int64_t i = 0; i <= lines; ++i) {
    spend_latency_down_to(lines - i, lines);
    if (i == lines / 2)
      strike(fault_point::half);
    const auto part = static_cast<double>(i) / static_cast<double>(lines);
    const auto done = static_cast<std::uint64_t>(static_cast<double>(size) * part);
    print_progress(cat("transferred ", human_size(done), " of ", human_size(size), " (",
                       decimal(100 * part, 2), "%)\n"));
  }
}

std::string clone_drive(const clone_order& order, const std::string& key, const std::string& value,
                        std::vector<std::string>& made) {
  const auto source_id = drive_volume(value);
  const auto source = parse_volume_id(source_id);
  const auto target = order.given.text("storage", source.storage);
  const auto rest = value.substr(source_id.size());
  const bool whole = order.full || is_cloudinit(value);
  out(cat("create ", whole ? "full" : "linked", " clone of drive ", key, " (", source_id, ")\n"));
  flush();
  const auto original = find_volume(source_id);
  if (!original)
    throw failure{cat("volume '", source_id, "' does not exist")};
  const auto name = is_cloudinit(value) ? cat("vm-", order.newid, "-cloudinit")
                                        : free_volume_name(target, guest_kind::vm, order.newid);
  const auto created = allocate(target, name, original->size, whole ? "" : source.name);
  made.push_back(created.id());
  if (whole && !is_cloudinit(value))
    copy_with_progress(original->size);
  return cat(created.id(), rest);
}

void clone(const clone_order& order) {
  const bool running = load_run(order.source.vmid).running;
  hold_latency(true);
  const auto source_lock = lock_guest(order.source.vmid, guest_kind::vm, 1000, !running);
  check_lock(load_guest(order.source.vmid, guest_kind::vm));
  check_target(order.newid);
  create_placeholder(order.newid, guest_kind::vm, "clone");
  hold_latency(false);
  out(cat("creating a clone of VM ", order.source.vmid, " with ID ", order.newid, "\n"));
  flush();
  std::vector<std::string> made;
  try {
    guest created{order.newid, guest_kind::vm, copied_config(order), {}, {}};
    created.config["lock"] = "clone";
    for (const auto& key : disk_keys(order.source)) {
      created.config[key] = clone_drive(order, key, order.source.value(key), made);
      store_guest(created);
    }
    check_interrupted();
    created.config.erase("lock");
    if (const auto pool = order.given.find("pool"))
      join_pool(*pool, order.newid, false);
    store_guest(created);
  } catch (const failure& error) {
    finish_undisturbed();
    hold_latency(true);
    pause_ms(setting("cleanup_ms", 0));
    for (const auto& id : made)
      free_volume(id);
    remove_guest(order.newid);
    throw failure{cat("clone failed: ", error.text)};
  }
}

} // namespace

int qm_clone(const arguments& given) {
  const auto source = load_guest(given.vmid(), guest_kind::vm);
  const bool full = !source.is_template() || given.flag("full");
  const clone_order order{source, given.vmid("newid"), full, given};
  claim_guest(order.newid);
  check_places(order);
  check_lock(source);
  check_target(order.newid);
  return run_task("qmclone", cat(source.vmid), [&] {
    const auto target_lock = held_lock::take_within(
        cat("guest-", order.newid), cat("/var/lock/qemu-server/lock-", order.newid, ".conf"),
        scaled_ms(1000), false);
    clone(order);
  });
}

} // namespace cloudpods::node_sim
