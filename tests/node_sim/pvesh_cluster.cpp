#include "node_sim/pvesh.hpp"

#include "node_sim/json.hpp"
#include "node_sim/node.hpp"
#include "node_sim/pool.hpp"
#include "node_sim/status.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"

#include <set>

namespace cloudpods::node_sim {

namespace {

bool is_fresh(const run_state& run) {
  return (now_ns() - run.created_ns) / 1'000'000 < setting("refresh_ms", 0);
}

std::string guest_entry(const guest& guest, const std::string& pool) {
  const auto type = kind_type(guest.kind);
  const auto run = load_run(guest.vmid);
  json_object entry;
  // A guest of another host of the cluster, whose configuration is at hand all the same.
  const auto host = setting(cat("on_node_", guest.vmid), node_name());
  entry.text("id", cat(type, "/", guest.vmid)).text("type", type).text("node", host);
  entry.number("vmid", guest.vmid);
  if (!pool.empty())
    entry.text("pool", pool);
  if (is_fresh(run))
    return entry.text("status", "unknown").print();
  for (const auto& [key, value] : status_values(guest)) {
    if (key == "name" || key == "status" || key == "tags" || key == "lock")
      entry.text(key, value);
    else if (key == "cpus")
      entry.raw("maxcpu", value);
    else if (key != "pid" && key != "qmpstatus" && key != "type" && key != "maxswap")
      entry.raw(key, value);
  }
  if (!entry.has("template"))
    entry.raw("template", "0");
  return entry.raw("cpu", run.running ? "0.0213" : "0").print();
}

std::map<int, std::string> members_of_pools() {
  std::map<int, std::string> pools;
  for (const auto& name : names_in(inside("pools")))
    for (const auto vmid : pool_members(decode_percent(name)))
      pools[vmid] = decode_percent(name);
  return pools;
}

json_object node_entry() {
  json_object entry;
  entry.text("node", node_name()).text("type", "node").text("id", cat("node/", node_name()));
  entry.text("status", "online").text("level", "").raw("maxcpu", cat(setting("host_cpus", 32)));
  entry.raw("cpu", setting("node_cpu", "0.0731"));
  entry.raw("maxmem", cat(setting("host_memory", std::int64_t{128} << 30)));
  entry.raw("mem", cat(setting("node_memory", std::int64_t{31} << 30)));
  entry.raw("maxdisk", "101000000000").raw("disk", "12000000000").raw("uptime", "864000");
  return entry;
}

std::string storage_entry(const storage& storage) {
  json_object entry;
  entry.text("id", cat("storage/", node_name(), "/", storage.id)).text("type", "storage");
  entry.text("storage", storage.id).text("node", node_name()).text("plugintype", storage.type);
  entry.text("status", storage.active && storage.enabled ? "available" : "unknown");
  entry.text("content", storage.content).raw("shared", "0");
  return entry.number("disk", used_bytes(storage)).number("maxdisk", storage.capacity).print();
}

} // namespace

std::string cluster_resources(const api_call& call) {
  const auto type = call.given.text("type");
  std::vector<std::string> entries;
  if (type.empty() || type == "vm") {
    const auto members = members_of_pools();
    for (const auto& guest : all_guests()) {
      const auto member = members.find(guest.vmid);
      entries.push_back(guest_entry(guest, member == members.end() ? "" : member->second));
    }
  }
  if (const auto garbage = setting("list_garbage", std::string{}); !garbage.empty())
    entries.push_back(garbage);
  if (type.empty() || type == "node")
    entries.push_back(node_entry().print());
  if (type.empty() || type == "storage")
    for (const auto& storage : all_storages())
      if (storage.enabled)
        entries.push_back(storage_entry(storage));
  if (type.empty())
    for (const auto& name : names_in(inside("pools")))
      entries.push_back(json_object{}
                            .text("id", cat("/pool/", decode_percent(name)))
                            .text("pool", decode_percent(name))
                            .text("type", "pool")
                            .print());
  return json_array(entries);
}

std::string next_id(const api_call& call) {
  std::set<int> taken;
  for (const auto& guest : all_guests())
    taken.insert(guest.vmid);
  if (!call.given.has("vmid")) {
    int id = 100;
    while (taken.contains(id))
      ++id;
    return json_text(cat(id));
  }
  const int wanted = call.given.vmid();
  if (taken.contains(wanted))
    throw failure{cat("400 Parameter verification failed.\nvmid: VM ", wanted, " already exists")};
  return json_text(cat(wanted));
}

std::string nodes(const api_call&) { return json_array({node_entry().print()}); }

std::string pools(const api_call&) {
  std::vector<std::string> entries;
  for (const auto& name : names_in(inside("pools")))
    entries.push_back(json_object{}.text("poolid", decode_percent(name)).print());
  return json_array(entries);
}

std::string one_pool(const api_call& call) {
  const auto pool = decode_percent(call.part(1));
  if (!pool_exists(pool))
    throw failure{cat("pool '", pool, "' does not exist")};
  std::vector<std::string> members;
  for (const auto vmid : pool_members(pool))
    if (const auto guest = find_guest(vmid))
      members.push_back(guest_entry(*guest, pool));
  return json_object{}.raw("members", json_array(members)).print();
}

std::string make_pool(const api_call& call) {
  const auto pool = call.given.text("poolid");
  if (pool_exists(pool))
    throw failure{cat("create pool failed: pool '", pool, "' already exists")};
  create_pool(pool, call.given.text("comment"));
  return {};
}

std::string change_pool(const api_call& call) {
  const auto pool = call.path.size() > 1 ? decode_percent(call.part(1)) : call.given.text("poolid");
  if (!pool_exists(pool))
    throw failure{cat("update pools failed: pool '", pool, "' does not exist")};
  for (const auto& word : split(call.given.text("vms"), ',')) {
    if (word.empty())
      continue;
    const auto vmid = static_cast<int>(to_number(word).value_or(0));
    if (call.given.flag("delete")) {
      if (!leave_pool(pool, vmid))
        throw failure{cat("update pools failed: VM ", vmid, " is not a pool member")};
    } else {
      try {
        join_pool(pool, vmid, call.given.flag("allow-move"));
      } catch (const failure& error) {
        throw failure{cat("update pools failed: ", error.text)};
      }
    }
  }
  return {};
}

} // namespace cloudpods::node_sim
