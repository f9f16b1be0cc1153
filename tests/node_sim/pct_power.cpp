#include "node_sim/pct.hpp"

#include "node_sim/destroy.hpp"
#include "node_sim/json.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/power.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"
#include "node_sim/waiting.hpp"

#include <algorithm>
#include <array>

namespace cloudpods::node_sim {

namespace {

/// Runs a task under the container's flock; `change` gets the guest and whether it runs.
template <class Change>
int run_locked_task(const arguments& given, const std::string& type, Change change) {
  load_guest(given.vmid(), guest_kind::ct);
  claim_guest(given.vmid());
  return run_task(type, cat(given.vmid()), [&] {
    const auto lock = lock_guest(given.vmid(), guest_kind::ct);
    auto guest = load_guest(given.vmid(), guest_kind::ct);
    if (!given.flag("skiplock"))
      check_lock(guest);
    change(guest, load_run(guest.vmid).running);
    check_interrupted();
  });
}

void need_running(const guest& guest, bool running) {
  if (!running)
    throw failure{cat("CT ", guest.vmid, " not running")};
}

/// The commands that a guest of ours knows; what they get is kept for the test to read.
int run_inside(const guest& guest, const std::vector<std::string>& command) {
  static constexpr std::array known{"sh",    "bash",    "/bin/sh",   "/bin/bash", "mkdir",  "chmod",
                                    "chown", "install", "tee",       "cat",       "touch",  "true",
                                    "rm",    "netplan", "systemctl", "apt-get",   "usermod"};
  const auto& program = command.at(0);
  if (program == "false")
    return 1;
  if (program == "hostname") {
    out(cat(guest.name(), "\n"));
  } else if (program == "ip") {
    const auto address = load_run(guest.vmid).address;
    out(cat("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default\n"
            "    inet 127.0.0.1/8 scope host lo\n"
            "2: eth0@if42: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n"
            "    inet ",
            address, " brd 10.1.10.255 scope global eth0\n"));
  } else if (std::find(known.begin(), known.end(), program) != known.end()) {
    json_object line;
    line.raw("argv", json_texts(command)).text("input", read_input());
    append_text(inside(cat("guests/", guest.vmid, ".exec.jsonl")), cat(line.print(), "\n"));
  } else {
    throw failure{cat("lxc-attach: ", guest.vmid, ": No such file or directory - Failed to exec \"",
                      program, "\""),
                  127};
  }
  return 0;
}

} // namespace

int pct_start(const arguments& given) {
  return run_locked_task(given, "vzstart", [](guest& guest, bool running) {
    if (running)
      throw failure{cat("CT ", guest.vmid, " already running")};
    if (guest.is_template())
      throw failure{"you can't start a CT if it's a template"};
    power_on(guest);
  });
}

int pct_stop(const arguments& given) {
  return run_locked_task(given, "vzstop", [](guest& guest, bool running) {
    need_running(guest, running);
    power_off(guest.vmid);
  });
}

int pct_shutdown(const arguments& given) {
  return run_locked_task(given, "vzshutdown", [&](guest& guest, bool running) {
    need_running(guest, running);
    ask_to_end(guest, given, "container did not stop");
  });
}

int pct_reboot(const arguments& given) {
  return run_locked_task(given, "vzreboot", [&](guest& guest, bool running) {
    if (!running)
      throw failure{cat("VM ", guest.vmid, " not running")};
    power_on(guest);
  });
}

int pct_destroy(const arguments& given) {
  return run_locked_task(given, "vzdestroy", [&](guest& guest, bool running) {
    if (running && !given.flag("force"))
      throw failure{cat("unable to destroy CT ", guest.vmid, " - container is running")};
    if (running)
      power_off(guest.vmid);
    destroy_guest(guest, given);
  });
}

int pct_unlock(const arguments& given) {
  const int vmid = given.vmid();
  load_guest(vmid, guest_kind::ct);
  claim_guest(vmid);
  const auto lock = lock_guest(vmid, guest_kind::ct);
  auto guest = load_guest(vmid, guest_kind::ct);
  if (guest.config.erase("lock") == 0)
    throw failure{"no lock found trying to remove any lock"};
  store_guest(guest);
  return 0;
}

int pct_exec(const arguments& given) {
  const auto guest = load_guest(given.vmid(), guest_kind::ct);
  if (given.rest.empty())
    throw failure{"400 not enough arguments\npct exec <vmid> [<extra-args>] [OPTIONS]"};
  if (!load_run(guest.vmid).running)
    throw failure{cat("container '", guest.vmid, "' not running!")};
  return run_inside(guest, given.rest);
}

} // namespace cloudpods::node_sim
