#include "node_sim/status.hpp"

#include "node_sim/json.hpp"
#include "node_sim/power.hpp"
#include "node_sim/storage.hpp"

namespace cloudpods::node_sim {

namespace {

std::uint64_t first_disk_size(const guest& guest) {
  for (const auto& key : disk_keys(guest))
    if (!is_cloudinit(guest.value(key)))
      return drive_size(guest.value(key));
  return 0;
}

} // namespace

key_values status_values(const guest& guest) {
  const auto run = load_run(guest.vmid);
  const bool vm = guest.kind == guest_kind::vm;
  const auto memory = static_cast<std::uint64_t>(guest.number("memory", 512)) << 20;
  const auto disk = first_disk_size(guest);
  const auto seconds = uptime_s(run);
  key_values values{
      {"vmid", cat(guest.vmid)},
      {"name", guest.name()},
      {"status", run.running ? "running" : "stopped"},
      {"cpus", cat(guest.number("cores", 1) * guest.number("sockets", 1))},
      {"maxmem", cat(memory)},
      {"mem", cat(run.running ? memory / 4 : 0)},
      {"maxdisk", cat(disk)},
      {"disk", cat(run.running && !vm ? disk / 5 : 0)},
      {"uptime", cat(seconds)},
      {"netin", cat(seconds * 1500)},
      {"netout", cat(seconds * 700)},
      {"diskread", cat(seconds * 4096)},
      {"diskwrite", cat(seconds * 2048)},
  };
  if (vm)
    values["qmpstatus"] = values["status"];
  else
    values["type"] = "lxc";
  if (!vm)
    values["maxswap"] = cat(static_cast<std::uint64_t>(guest.number("swap", 512)) << 20);
  if (run.running)
    values["pid"] = cat(run.pid);
  for (const auto* key : {"lock", "tags", "template"})
    if (guest.has(key))
      values[key] = guest.value(key);
  return values;
}

std::string status_json(const guest& guest) {
  json_object object;
  for (const auto& [key, value] : status_values(guest)) {
    // Names, tags and locks are texts even where they look like numbers.
    if (key == "name" || key == "tags" || key == "lock" || !to_number(value))
      object.text(key, value);
    else
      object.raw(key, value);
  }
  object.raw("cpu", "0").raw("ha", R"({"managed":0})");
  if (guest.kind == guest_kind::vm && guest.has("agent"))
    object.raw("agent", "1");
  return object.print();
}

} // namespace cloudpods::node_sim
