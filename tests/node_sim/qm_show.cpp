#include "node_sim/qm.hpp"

#include "node_sim/agent.hpp"
#include "node_sim/config.hpp"
#include "node_sim/destroy.hpp"
#include "node_sim/json.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/snapshot.hpp"
#include "node_sim/status.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"

namespace cloudpods::node_sim {

namespace {

std::string list_line(const guest& guest) {
  const auto run = load_run(guest.vmid);
  std::uint64_t disk = 0;
  for (const auto& key : disk_keys(guest))
    if (disk == 0 && !is_cloudinit(guest.value(key)))
      disk = drive_size(guest.value(key));
  const auto name = guest.name().empty() ? cat("VM ", guest.vmid) : guest.name();
  return cat(padded(cat(guest.vmid), -10), " ", padded(name, 20), " ",
             padded(run.running ? "running" : "stopped", 10), " ",
             padded(cat(guest.number("memory", 512)), 10), " ",
             padded(decimal(static_cast<double>(disk) / (1u << 30), 2), -12), " ",
             padded(cat(run.pid), 10), "\n");
}

} // namespace

int qm_destroy(const arguments& given) {
  const int vmid = given.vmid();
  load_guest(vmid, guest_kind::vm);
  claim_guest(vmid);
  return run_task("qmdestroy", cat(vmid), [&] {
    const auto lock = lock_guest(vmid, guest_kind::vm);
    const auto guest = load_guest(vmid, guest_kind::vm);
    if (!given.flag("skiplock"))
      check_lock(guest);
    if (load_run(vmid).running)
      throw failure{cat("VM ", vmid, " is running - destroy failed")};
    destroy_guest(guest, given);
  });
}

int qm_status(const arguments& given) {
  const auto guest = load_guest(given.vmid(), guest_kind::vm);
  if (given.flag("verbose"))
    out(print_key_values(status_values(guest)));
  else
    out(cat("status: ", load_run(guest.vmid).running ? "running" : "stopped", "\n"));
  return 0;
}

int qm_list(const arguments&) {
  std::string lines;
  for (const auto& guest : all_guests())
    if (guest.kind == guest_kind::vm)
      lines += list_line(guest);
  if (!lines.empty())
    out(cat(padded("VMID", -10), " ", padded("NAME", 20), " ", padded("STATUS", 10), " ",
            padded("MEM(MB)", 10), " ", padded("BOOTDISK(GB)", -12), " ", padded("PID", 10), "\n",
            lines));
  return 0;
}

int qm_config(const arguments& given) { return print_config(given, guest_kind::vm); }

int qm_pending(const arguments& given) { return print_pending(given, guest_kind::vm); }

int qm_guest_cmd(const arguments& given) {
  const auto answer = ask_agent(load_guest(given.vmid(), guest_kind::vm), given.text("command"));
  if (!answer.empty())
    out(pretty_json(answer));
  return 0;
}

int qm_snapshot(const arguments& given) { return make_snapshot(given, guest_kind::vm); }

int qm_delsnapshot(const arguments& given) { return delete_snapshot(given, guest_kind::vm); }

int qm_rollback(const arguments& given) { return roll_back(given, guest_kind::vm); }

int qm_listsnapshot(const arguments& given) { return print_snapshots(given, guest_kind::vm); }

} // namespace cloudpods::node_sim
