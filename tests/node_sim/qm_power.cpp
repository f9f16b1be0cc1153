#include "node_sim/qm.hpp"

#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/power.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"
#include "node_sim/waiting.hpp"

#include <algorithm>

namespace cloudpods::node_sim {

namespace {

/// Runs a power task under the guest's flock; `change` gets the guest and whether it runs.
template <class Change>
int run_power_task(const arguments& given, const std::string& type, Change change) {
  load_guest(given.vmid(), guest_kind::vm);
  claim_guest(given.vmid());
  return run_task(type, cat(given.vmid()), [&] {
    const auto lock = lock_guest(given.vmid(), guest_kind::vm);
    auto guest = load_guest(given.vmid(), guest_kind::vm);
    if (!given.flag("skiplock"))
      check_lock(guest);
    change(guest, load_run(guest.vmid).running);
    check_interrupted();
  });
}

void check_startable(const guest& guest) {
  if (guest.is_template())
    throw failure{"you can't start a vm if it's a template"};
  const auto allowed = setting("host_cpus", 32);
  if (guest.number("cores", 1) * guest.number("sockets", 1) > allowed)
    throw failure{cat("MAX ", allowed, " vcpus allowed per VM on this node")};
}

bool has_cloudinit(const guest& guest) {
  const auto keys = disk_keys(guest);
  return std::any_of(keys.begin(), keys.end(),
                     [&](const std::string& key) { return is_cloudinit(guest.value(key)); });
}

} // namespace

int qm_start(const arguments& given) {
  return run_power_task(given, "qmstart", [](guest& guest, bool running) {
    if (running)
      throw failure{cat("VM ", guest.vmid, " already running")};
    check_startable(guest);
    if (has_cloudinit(guest))
      out("generating cloud-init ISO\n");
    power_on(guest);
  });
}

int qm_stop(const arguments& given) {
  return run_power_task(given, "qmstop", [](guest& guest, bool running) {
    if (running)
      power_off(guest.vmid);
  });
}

int qm_shutdown(const arguments& given) {
  return run_power_task(given, "qmshutdown", [&](guest& guest, bool running) {
    if (running)
      ask_to_end(guest, given, "VM quit/powerdown failed - got timeout");
  });
}

int qm_reboot(const arguments& given) {
  return run_power_task(given, "qmreboot", [&](guest& guest, bool running) {
    if (!running)
      throw failure{cat("VM ", guest.vmid, " not running")};
    ask_to_end(guest, given, "VM quit/powerdown failed - got timeout");
    power_on(guest);
  });
}

int qm_unlock(const arguments& given) {
  load_guest(given.vmid(), guest_kind::vm);
  claim_guest(given.vmid());
  const auto lock = lock_guest(given.vmid(), guest_kind::vm);
  auto guest = load_guest(given.vmid(), guest_kind::vm);
  guest.config.erase("lock");
  store_guest(guest);
  return 0;
}

} // namespace cloudpods::node_sim
