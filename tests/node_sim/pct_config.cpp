#include "node_sim/pct.hpp"

#include "node_sim/config.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/snapshot.hpp"
#include "node_sim/status.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"

namespace cloudpods::node_sim {

namespace {

bool needs_restart(const std::string& key) {
  return key == "features" || key == "nameserver" || key == "searchdomain";
}

struct growth {
  std::uint64_t present;
  std::uint64_t wanted;
};

/// The checks that come before the task.
growth check_growth(const guest& guest, const arguments& given) {
  const auto disk = given.text("disk");
  if (!guest.has(disk))
    throw failure{cat("no such disk or mount point '", disk, "'")};
  const auto present = drive_size(guest.value(disk));
  const auto text = given.text("size");
  const bool more = text.starts_with('+');
  const auto wanted = *parse_size(more ? text.substr(1) : text) + (more ? present : 0);
  if (wanted < present)
    throw failure{"unable to shrink disk size"};
  if (wanted == present)
    throw failure{"disk is already at specified size"};
  return {present, wanted};
}

} // namespace

int pct_set(const arguments& given) {
  const int vmid = given.vmid();
  auto changes = given.values;
  for (const auto* name : {"vmid", "delete", "revert", "digest"})
    changes.erase(name);
  if (changes.empty() && !given.has("delete") && !given.has("revert"))
    throw failure{"400 no options specified"};
  load_guest(vmid, guest_kind::ct);
  claim_guest(vmid);
  const auto lock = lock_guest(vmid, guest_kind::ct);
  auto guest = load_guest(vmid, guest_kind::ct);
  check_lock(guest);
  check_digest(guest, given);
  const bool running = load_run(vmid).running;
  remove_keys(guest, given, running, needs_restart);
  change_config(guest, changes, running, needs_restart);
  store_guest(guest);
  return 0;
}

int pct_resize(const arguments& given) {
  const int vmid = given.vmid();
  load_guest(vmid, guest_kind::ct);
  claim_guest(vmid);
  const auto lock = lock_guest(vmid, guest_kind::ct);
  auto guest = load_guest(vmid, guest_kind::ct);
  check_lock(guest);
  check_digest(guest, given);
  const auto sizes = check_growth(guest, given);
  return run_task(
      "resize", cat(vmid),
      [&] {
        const auto disk = given.text("disk");
        const auto id = drive_volume(guest.value(disk));
        resize_volume(id, sizes.wanted);
        guest.config[disk] = cat(id, ",size=", size_text(sizes.wanted));
        store_guest(guest);
      },
      exit_rule::always_zero);
}

int pct_status(const arguments& given) {
  const auto guest = load_guest(given.vmid(), guest_kind::ct);
  if (given.flag("verbose"))
    out(print_key_values(status_values(guest)));
  else
    out(cat("status: ", load_run(guest.vmid).running ? "running" : "stopped", "\n"));
  return 0;
}

int pct_list(const arguments&) {
  std::string lines;
  for (const auto& guest : all_guests())
    if (guest.kind == guest_kind::ct)
      lines += cat(padded(cat(guest.vmid), 10), " ",
                   padded(load_run(guest.vmid).running ? "running" : "stopped", 10), " ",
                   padded(guest.value("lock"), 12), " ", padded(guest.name(), 20), "\n");
  if (!lines.empty())
    out(cat(padded("VMID", 10), " ", padded("Status", 10), " ", padded("Lock", 12), " ",
            padded("Name", 20), "\n", lines));
  return 0;
}

int pct_config(const arguments& given) { return print_config(given, guest_kind::ct); }

int pct_pending(const arguments& given) { return print_pending(given, guest_kind::ct); }

int pct_snapshot(const arguments& given) { return make_snapshot(given, guest_kind::ct); }

int pct_delsnapshot(const arguments& given) { return delete_snapshot(given, guest_kind::ct); }

int pct_rollback(const arguments& given) { return roll_back(given, guest_kind::ct); }

int pct_listsnapshot(const arguments& given) { return print_snapshots(given, guest_kind::ct); }

} // namespace cloudpods::node_sim
