#include "node_sim/snapshot.hpp"

#include "node_sim/backup.hpp"
#include "node_sim/faults.hpp"
#include "node_sim/json.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/power.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"
#include "node_sim/waiting.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace cloudpods::node_sim {

namespace {

/// The keys of a snapshot that are no part of the guest's configuration.
constexpr std::array own_keys{"snaptime", "snapstate", "description", "vmstate"};

std::string task_name(guest_kind kind, std::string_view verb) {
  return cat(kind == guest_kind::vm ? "qm" : "vz", verb);
}

/// What a task does with its guest: under the first lock, under the last, and where it fails.
struct change {
  std::function<void(guest&)> check;
  std::function<void(guest&)> work;
  std::function<void(guest&)> clean_up = [](guest& guest) { guest.config.erase("lock"); };
};

/// Sets the lock, lets the time pass, does the work and takes the lock away again.
void run_locked(int vmid, guest_kind kind, const std::string& lock_word, const change& change) {
  hold_latency(true);
  {
    const auto lock = lock_guest(vmid, kind);
    auto present = load_guest(vmid, kind);
    check_lock(present);
    change.check(present);
    present.config["lock"] = lock_word;
    store_guest(present);
  }
  hold_latency(false);
  const auto unlock = [&](bool done) {
    const auto lock = lock_guest(vmid, kind);
    auto present = load_guest(vmid, kind);
    if (done) {
      present.config.erase("lock");
      change.work(present);
    } else {
      change.clean_up(present);
    }
    store_guest(present);
  };
  try {
    spend_latency_down_to(1, 2);
    strike(fault_point::half);
    spend_latency();
    check_interrupted();
    unlock(true);
  } catch (const failure&) {
    finish_undisturbed();
    hold_latency(true);
    unlock(false);
    throw;
  }
}

void need_snapshot(const guest& guest, const std::string& name) {
  if (!guest.snapshots.contains(name))
    throw failure{cat("snapshot '", name, "' does not exist")};
}

std::string newest_of(const guest& guest) { return guest.value("parent"); }

/// The names from the oldest to the newest, along `parent`.
std::vector<std::string> chain(const guest& guest) {
  std::vector<std::string> names;
  for (auto name = guest.value("parent"); guest.snapshots.contains(name);) {
    names.insert(names.begin(), name);
    const auto& values = guest.snapshots.at(name);
    name = values.contains("parent") ? values.at("parent") : "";
  }
  return names;
}

std::string value_of(const key_values& values, const std::string& key) {
  const auto found = values.find(key);
  return found == values.end() ? "" : found->second;
}

} // namespace

int make_snapshot(const arguments& given, guest_kind kind) {
  const auto name = given.text("snapname");
  load_guest(given.vmid(), kind);
  claim_guest(given.vmid());
  const auto check = [&](guest& guest) {
    if (guest.snapshots.contains(name))
      throw failure{cat("snapshot name '", name, "' already used")};
    guest.snapshots[name] = {{"snapstate", "prepare"}, {"snaptime", cat(now_ns() / 1'000'000'000)}};
  };
  const auto work = [&](guest& guest) {
    auto values = guest.config;
    values["snaptime"] = cat(now_ns() / 1'000'000'000);
    values["description"] = encode_description(given.text("description"));
    guest.snapshots[name] = std::move(values);
    guest.config["parent"] = name;
  };
  const auto clean_up = [&](guest& guest) {
    guest.config.erase("lock");
    guest.snapshots.erase(name);
  };
  return run_task(task_name(kind, "snapshot"), cat(given.vmid()), [&] {
    run_locked(given.vmid(), kind, "snapshot", {check, work, clean_up});
  });
}

int delete_snapshot(const arguments& given, guest_kind kind) {
  const auto name = given.text("snapname");
  load_guest(given.vmid(), kind);
  claim_guest(given.vmid());
  const auto check = [&](guest& guest) {
    need_snapshot(guest, name);
    guest.snapshots[name]["snapstate"] = "delete";
  };
  const auto work = [&](guest& guest) {
    const auto parent = value_of(guest.snapshots.at(name), "parent");
    guest.snapshots.erase(name);
    const auto bend = [&](key_values& values) {
      if (value_of(values, "parent") != name)
        return;
      values["parent"] = parent;
      if (parent.empty())
        values.erase("parent");
    };
    bend(guest.config);
    for (auto& [other, values] : guest.snapshots)
      bend(values);
  };
  // As on a real node, a failure leaves the lock and the half deleted snapshot.
  const auto leave = [](const guest&) {};
  return run_task(task_name(kind, "delsnapshot"), cat(given.vmid()), [&] {
    run_locked(given.vmid(), kind, "snapshot-delete", {check, work, leave});
  });
}

int roll_back(const arguments& given, guest_kind kind) {
  const auto name = given.text("snapname");
  load_guest(given.vmid(), kind);
  claim_guest(given.vmid());
  const auto check = [&](guest& guest) {
    need_snapshot(guest, name);
    if (const auto state = value_of(guest.snapshots.at(name), "snapstate"); !state.empty())
      throw failure{cat("unable to rollback to incomplete snapshot (snapstate = ", state, ")")};
    if (kind == guest_kind::ct && load_run(guest.vmid).running)
      throw failure{cat("unable to rollback vm ", guest.vmid, ": vm is running")};
    if (newest_of(guest) != name)
      throw failure{cat("can't rollback, '", name, "' is not most recent snapshot on '",
                        guest.value(disk_keys(guest).front()), "'")};
    power_off(guest.vmid);
  };
  const auto work = [&](guest& guest) {
    auto config = guest.snapshots.at(name);
    for (const auto* key : own_keys)
      config.erase(key);
    if (guest.has("description"))
      config["description"] = guest.value("description");
    config["parent"] = name;
    guest.config = std::move(config);
    guest.pending.clear();
    if (given.flag("start"))
      power_on(guest);
  };
  return run_task(task_name(kind, "rollback"), cat(given.vmid()), [&] {
    run_locked(given.vmid(), kind, "rollback", {check, work});
  });
}

int print_snapshots(const arguments& given, guest_kind kind) {
  const auto guest = load_guest(given.vmid(), kind);
  std::string indent;
  for (const auto& name : chain(guest)) {
    const auto& values = guest.snapshots.at(name);
    const auto time = to_number(value_of(values, "snaptime")).value_or(0);
    const auto lines = split(decode_percent(value_of(values, "description")), '\n');
    const auto width = 30 - static_cast<int>(indent.size()) - 4;
    out(cat(indent, "`-> ", padded(name, std::max(width, 1)),
            padded(time_text(time, "%F %H:%M:%S"), 23),
            lines.back().empty() ? "no-description" : lines.back(), "\n"));
    indent += ' ';
  }
  const auto width = 30 - static_cast<int>(indent.size()) - 4;
  out(cat(indent, "`-> ", padded("current", std::max(width, 1)), padded("", 23),
          "You are here!\n"));
  return 0;
}

std::string snapshots_json(const guest& guest) {
  std::vector<std::string> entries;
  for (const auto& [name, values] : guest.snapshots) {
    json_object entry;
    entry.text("name", name).raw("snaptime", value_of(values, "snaptime"));
    entry.text("description", decode_percent(value_of(values, "description")));
    if (const auto parent = value_of(values, "parent"); !parent.empty())
      entry.text("parent", parent);
    if (const auto state = value_of(values, "snapstate"); !state.empty())
      entry.text("snapstate", state);
    if (guest.kind == guest_kind::vm)
      entry.raw("vmstate", "0");
    entries.push_back(entry.print());
  }
  json_object current;
  current.text("name", "current").text("description", "You are here!");
  current.raw("running", load_run(guest.vmid).running ? "1" : "0");
  if (guest.has("parent"))
    current.text("parent", guest.value("parent"));
  entries.push_back(current.print());
  return json_array(entries);
}

} // namespace cloudpods::node_sim
