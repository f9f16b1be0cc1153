#include "node_sim/backup.hpp"
#include "node_sim/commands.hpp"
#include "node_sim/faults.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/pct.hpp"
#include "node_sim/pool.hpp"
#include "node_sim/power.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"
#include "node_sim/waiting.hpp"

#include <cerrno>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

using enum value_kind;

const command_shape qmrestore_shape{"qmrestore",
                                    {{"archive"}, {"vmid", vmid}},
                                    {{"storage", storage_id},
                                     {"force", boolean},
                                     {"unique", boolean},
                                     {"pool", pool},
                                     {"bwlimit", integer},
                                     {"start", boolean},
                                     {"live-restore", boolean}}};

struct restore_order {
  guest kept; ///< as it was when the archive was written
  int vmid;
  arguments given;
};

/// A volume id, or the path that vzdump named.
volume find_archive(const std::string& name) {
  for (const auto& storage : all_storages())
    for (const auto& volume : volumes_of(storage.id))
      if (volume.content() == "backup" && (volume.id() == name || volume_path(volume) == name))
        return volume;
  throw failure{cat("unable to find archive '", name, "'"), ENOENT};
}

void check_present(const restore_order& order, guest_kind kind) {
  const auto prefix = cat("unable to ", "restore ", kind_word(kind), " ", order.vmid, " - ");
  const auto present = find_guest(order.vmid);
  if (!present)
    return;
  if (!order.given.flag("force") || present->kind != kind)
    throw failure{cat(prefix, kind_word(present->kind), " ", order.vmid,
                      " already exists on node '", node_name(), "'"),
                  EEXIST};
  if (load_run(order.vmid).running)
    throw failure{cat(prefix, kind == guest_kind::vm ? "vm is running"
                                                     : "can't overwrite running container")};
  check_lock(*present);
}

/// Makes a volume for each disk of the kept configuration.
key_values restored_config(const restore_order& order) {
  auto config = order.kept.config;
  for (const auto* key : {"lock", "parent", "template"})
    config.erase(key);
  for (const auto& key : disk_keys(order.kept)) {
    const auto value = order.kept.value(key);
    const auto old = drive_volume(value);
    const auto place = order.given.text("storage", parse_volume_id(old).storage);
    const auto name = is_cloudinit(value) ? cat("vm-", order.vmid, "-cloudinit")
                                          : free_volume_name(place, order.kept.kind, order.vmid);
    config[key] = cat(allocate(place, name, drive_size(value)).id(), value.substr(old.size()));
  }
  if (order.given.flag("unique"))
    for (auto& [key, value] : config)
      if (key.starts_with("net"))
        if (const auto mac = value.find("BC:24:11:"); mac != value.npos)
          value.replace(mac, 17, new_mac());
  return config;
}

void remove_disks(const guest& guest) {
  for (const auto& key : disk_keys(guest))
    free_volume(drive_volume(guest.value(key)));
}

void restore(const restore_order& order, guest_kind kind) {
  hold_latency(true);
  const auto lock = lock_guest(order.vmid, kind);
  if (const auto present = find_guest(order.vmid)) {
    // Destructive from here on: the old disks go before the new ones come.
    store_guest({order.vmid, kind, {{"lock", "create"}}, {}, {}});
    remove_disks(*present);
  } else {
    create_placeholder(order.vmid, kind, "create");
  }
  hold_latency(false);
  print_progress(kind == guest_kind::vm ? "progress 1% (read 85983232 bytes, duration 1 sec)\n"
                                        : "recovering backed-up configuration\n");
  spend_latency_down_to(1, 2);
  strike(fault_point::half);
  spend_latency();
  guest restored{order.vmid, kind, restored_config(order), {}, {}};
  if (const auto name = order.given.find("hostname"))
    restored.config["hostname"] = *name;
  print_progress(kind == guest_kind::vm ? "rescan volumes...\n"
                                        : "merging backed-up and given configuration..\n");
  store_guest(restored);
  if (const auto pool = order.given.find("pool"))
    join_pool(*pool, order.vmid, true);
  if (order.given.flag("start"))
    power_on(restored);
}

int restore_guest(const std::string& archive_name, const arguments& given, guest_kind kind,
                  const std::string& task) {
  const int id = given.vmid();
  const auto archive = find_archive(archive_name);
  const auto kept = kept_config(archive, id);
  if (!kept || kept->kind != kind)
    throw failure{cat("unable to restore ", kind_word(kind), " ", id,
                      " - archive holds no such configuration")};
  const restore_order order{*kept, id, given};
  claim_guest(id);
  check_present(order, kind);
  return run_task(task, cat(id), [&] { restore(order, kind); });
}

} // namespace

int pct_restore(const arguments& given) {
  return restore_guest(given.text("ostemplate"), given, guest_kind::ct, "vzrestore");
}

int run_qmrestore(const command_line& line) {
  const auto given = parse(qmrestore_shape, {line.begin() + 1, line.end()});
  return restore_guest(given.text("archive"), given, guest_kind::vm, "qmrestore");
}

} // namespace cloudpods::node_sim
