#include "node_sim/pvesh.hpp"

#include "node_sim/agent.hpp"
#include "node_sim/config.hpp"
#include "node_sim/json.hpp"
#include "node_sim/node.hpp"
#include "node_sim/snapshot.hpp"
#include "node_sim/status.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/tasks.hpp"

namespace cloudpods::node_sim {

namespace {

guest_kind kind_of(const api_call& call) {
  return call.part(2) == "qemu" ? guest_kind::vm : guest_kind::ct;
}

guest guest_of(const api_call& call) { return load_guest(call.vmid(), kind_of(call)); }

std::string sizes(std::int64_t total, std::int64_t used) {
  return json_object{}
      .number("total", total)
      .number("used", used)
      .number("free", total - used)
      .number("available", total - used)
      .number("avail", total - used)
      .print();
}

// Keys that hold numbers come as numbers, all else as text.
std::string config_value(const std::string& key, const std::string& value) {
  static constexpr std::string_view numbers[] = {
      "cores", "sockets", "vcpus", "onboot", "swap", "template", "protection", "numa", "balloon"};
  for (const auto name : numbers)
    if (key == name)
      return value;
  return json_text(key == "description" ? decode_percent(value) : value);
}

json_object task_object(const task_entry& task) {
  json_object entry;
  entry.text("upid", task.upid).text("node", task.node).text("type", task.type);
  entry.text("id", task.id).text("user", "root@pam").number("pid", task.pid);
  return entry.number("pstart", task.pstart).number("starttime", task.start);
}

bool is_wanted(const task_entry& task, const std::string& status, const arguments& given) {
  if (given.has("vmid") && task.id != given.text("vmid"))
    return false;
  if (given.has("typefilter") && task.type != given.text("typefilter"))
    return false;
  if (given.has("since") && task.start < given.integer("since"))
    return false;
  if (given.has("until") && task.start > given.integer("until"))
    return false;
  return !given.flag("errors") || (status != "OK" && status != "RUNNING");
}

} // namespace

std::string node_status(const api_call&) {
  const auto cpus = cat(setting("host_cpus", 32));
  json_object status;
  status.raw("uptime", "864000").raw("cpu", setting("node_cpu", "0.0731")).raw("wait", "0.0012");
  status.raw("loadavg", R"(["0.42","0.40","0.38"])").text("kversion", "Linux 6.14.8-2-pve");
  status.text("pveversion", cat("pve-manager/", setting("pveversion", "9.2.11"), "/8d7d2b1f"));
  status.raw("memory", sizes(setting("host_memory", std::int64_t{128} << 30),
                             setting("node_memory", std::int64_t{31} << 30)));
  status.raw("swap", sizes(std::int64_t{8} << 30, 0));
  status.raw("rootfs", sizes(101'000'000'000, 12'000'000'000));
  status.raw("cpuinfo", cat(R"({"cores":)", cpus, R"(,"cpus":)", cpus,
                            R"(,"model":"AMD EPYC 7313P","sockets":1})"));
  return status.print();
}

std::string node_storages(const api_call& call) {
  const auto& given = call.given;
  std::vector<std::string> entries;
  for (const auto& storage : all_storages()) {
    if (given.has("storage") && storage.id != given.text("storage"))
      continue;
    if (storage.content.find(given.text("content")) == std::string::npos ||
        (given.flag("enabled") && !storage.enabled))
      continue;
    const auto used = used_bytes(storage);
    json_object entry;
    entry.text("storage", storage.id).text("type", storage.type).text("content", storage.content);
    entry.raw("active", storage.active ? "1" : "0").raw("enabled", storage.enabled ? "1" : "0");
    entry.raw("shared", "0").number("total", storage.capacity).number("used", used);
    entry.number("avail", storage.capacity > used ? storage.capacity - used : 0);
    entry.raw("used_fraction",
              decimal(storage.capacity == 0
                          ? 0
                          : static_cast<double>(used) / static_cast<double>(storage.capacity),
                      6));
    entries.push_back(entry.print());
  }
  return json_array(entries);
}

std::string storage_content(const api_call& call) {
  std::vector<std::string> entries;
  for (const auto& volume : volumes_of(load_storage(call.part(3)).id)) {
    if (call.given.has("content") && volume.content() != call.given.text("content"))
      continue;
    if (call.given.has("vmid") && volume.vmid() != call.given.vmid())
      continue;
    json_object entry;
    entry.text("volid", volume.id()).text("format", volume.format());
    entry.text("content", volume.content()).number("size", volume.size);
    if (volume.vmid() != 0)
      entry.number("vmid", volume.vmid());
    if (volume.created_s != 0)
      entry.number("ctime", volume.created_s);
    if (!volume.notes.empty())
      entry.text("notes", volume.notes);
    if (volume.is_protected)
      entry.raw("protected", "1");
    if (volume.content() == "backup")
      entry.text("subtype", volume.name.find("-qemu-") != std::string::npos ? "qemu" : "lxc");
    entries.push_back(entry.print());
  }
  return json_array(entries);
}

std::string change_content(const api_call& call) {
  auto found = find_volume(cat(call.part(5), "/", call.part(6)));
  if (!found)
    throw failure{cat("volume '", call.part(5), "/", call.part(6), "' does not exist")};
  found->notes = call.given.text("notes", found->notes);
  found->is_protected = call.given.flag("protected", found->is_protected);
  store_volume(*found);
  return {};
}

std::string delete_content(const api_call& call) {
  const auto id = cat(call.part(5), "/", call.part(6));
  if (const auto found = find_volume(id); found && found->is_protected)
    throw failure{cat("can't remove protected archive '", id, "'")};
  run_task(
      "imgdel", "", [&] { free_volume(id); }, exit_rule::always_zero);
  return json_text(last_upid());
}

std::string guest_list(const api_call& call) {
  std::vector<std::string> entries;
  for (const auto& guest : all_guests())
    if (guest.kind == kind_of(call))
      entries.push_back(status_json(guest));
  return json_array(entries);
}

std::string guest_config(const api_call& call) {
  const auto guest = guest_of(call);
  json_object config;
  for (const auto& [key, value] : shown_config(guest, call.given.flag("current")))
    config.raw(key, config_value(key, value));
  return config.text("digest", config_digest(guest)).print();
}

std::string guest_pending(const api_call& call) {
  const auto guest = guest_of(call);
  auto keys = guest.config;
  keys.insert(guest.pending.begin(), guest.pending.end());
  std::vector<std::string> entries;
  for (const auto& [key, ignored] : keys) {
    json_object entry;
    entry.text("key", key);
    if (guest.has(key))
      entry.raw("value", config_value(key, guest.value(key)));
    if (const auto change = guest.pending.find(key); change != guest.pending.end()) {
      if (change->second.empty())
        entry.raw("delete", "1");
      else
        entry.raw("pending", config_value(key, change->second));
    }
    entries.push_back(entry.print());
  }
  return json_array(entries);
}

std::string guest_snapshots(const api_call& call) { return snapshots_json(guest_of(call)); }

std::string guest_status(const api_call& call) { return status_json(guest_of(call)); }

std::string guest_interfaces(const api_call& call) { return container_interfaces(guest_of(call)); }

std::string agent_interfaces(const api_call& call) {
  return json_object{}.raw("result", ask_agent(guest_of(call), "network-get-interfaces")).print();
}

std::string task_list(const api_call& call) {
  const auto& given = call.given;
  const auto source = given.text("source", call.part(0) == "cluster" ? "all" : "archive");
  auto skip = given.integer("start", 0);
  auto left = given.integer("limit", 50);
  std::vector<std::string> entries;
  for (const auto& task : source == "active" ? active_tasks() : all_tasks()) {
    if (left == 0)
      break;
    const auto status = task.status();
    if ((source == "archive" && task.active) || !is_wanted(task, status, given) || skip-- > 0)
      continue;
    auto entry = task_object(task);
    entry.text("status", status);
    if (!task.active)
      entry.number("endtime", task.start);
    entries.push_back(entry.print());
    --left;
  }
  return json_array(entries);
}

std::string task_status(const api_call& call) {
  const auto task = load_task(call.part(3));
  auto entry = task_object(task);
  entry.text("status", task.active ? "running" : "stopped");
  if (!task.active)
    entry.text("exitstatus", task.status());
  return entry.print();
}

std::string task_log(const api_call& call) {
  const auto lines = task_lines(load_task(call.part(3)));
  const auto start = call.given.integer("start", 0);
  const auto limit = call.given.integer("limit", 50);
  std::vector<std::string> entries;
  for (auto i = start; i < static_cast<std::int64_t>(lines.size()) && i - start < limit; ++i)
    entries.push_back(
        json_object{}.number("n", i + 1).text("t", lines[static_cast<std::size_t>(i)]).print());
  return json_array(entries);
}

std::string delete_task(const api_call& call) {
  stop_task(load_task(call.part(3)));
  return {};
}

} // namespace cloudpods::node_sim
