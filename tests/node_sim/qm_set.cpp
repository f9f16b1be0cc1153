#include "node_sim/qm.hpp"

#include "node_sim/config.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/trace.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

namespace cloudpods::node_sim {

namespace {

constexpr std::array control_options{"vmid", "delete", "revert", "digest", "force", "skiplock"};

bool needs_restart(const std::string& key) {
  static constexpr std::array keys{"cores", "sockets", "vcpus", "cpu",    "memory", "numa",
                                   "agent", "scsihw",  "vga",   "ostype", "boot"};
  return std::find(keys.begin(), keys.end(), key) != keys.end() || key.starts_with("serial");
}

bool is_ipv4_network(const std::string& text) {
  const auto slash = text.find('/');
  const auto prefix = slash == text.npos ? -1 : to_number(text.substr(slash + 1)).value_or(-1);
  const auto parts = split(text.substr(0, slash), '.');
  return prefix >= 0 && prefix <= 32 && parts.size() == 4 &&
         std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
           const auto number = to_number(part);
           return number && *number >= 0 && *number <= 255;
         });
}

void check_ipconfig(const std::string& key, const std::string& value) {
  const auto parts = parse_properties(value, "?");
  const auto ip = parts.find("ip");
  std::string fault;
  if (parts.contains("?"))
    fault = cat(key, ".", parts.at("?"),
                ": property is not defined in schema and the schema does "
                "not allow additional properties");
  else if (parts.contains("gw") && ip == parts.end())
    fault = cat(key, ".gw: missing property - 'gw' requires this property: 'ip'");
  else if (ip != parts.end() && ip->second != "dhcp" && !is_ipv4_network(ip->second))
    fault = cat(key, ".ip: invalid format - value does not look like a valid ipv4 network "
                     "configuration");
  if (!fault.empty())
    throw failure{cat("400 Parameter verification failed.\n", key,
                      ": invalid format - format error\n", fault)};
}

/// What the command line says in the form that the configuration holds.
key_values read_changes(const arguments& given) {
  auto changes = given.values;
  for (const auto* name : control_options)
    changes.erase(name);
  for (const auto& [key, value] : changes)
    if (key.starts_with("ipconfig"))
      check_ipconfig(key, value);
  if (const auto file = given.find("sshkeys"); file && !file->empty()) {
    const auto keys = read_text(*file);
    if (!keys)
      throw failure{cat("can't open '", *file, "' - No such file or directory"), ENOENT};
    changes["sshkeys"] = encode_uri(trim(*keys));
  }
  return changes;
}

std::string described(const arguments& given, const key_values& changes) {
  auto shown = changes;
  for (const auto* name : {"delete", "revert", "digest", "force", "skiplock"})
    if (const auto value = given.find(name))
      shown[name] = *value;
  std::string text;
  for (const auto& [key, value] : shown)
    text += cat(" -", key, " ", key == "cipassword" ? "<hidden>" : value);
  return text;
}

/// "clients-main:cloudinit" and "clients-main:8" make a volume.
std::string with_volume(int vmid, const std::string& value) {
  const auto id = drive_volume(value);
  const auto wanted = id.substr(id.find(':') + 1);
  const auto gigabytes = to_number(wanted);
  const auto rest = value.substr(id.size());
  if (id.find(':') == id.npos || (!gigabytes && wanted != "cloudinit"))
    return value;
  const auto place = id.substr(0, id.find(':'));
  if (!gigabytes)
    return cat(allocate(place, cat("vm-", vmid, "-cloudinit"), 4 << 20).id(), rest);
  const auto bytes = static_cast<std::uint64_t>(*gigabytes) << 30;
  const auto name = free_volume_name(place, guest_kind::vm, vmid);
  return cat(allocate(place, name, bytes).id(), rest, ",size=", size_text(bytes));
}

void resize(const arguments& given) {
  const auto lock = lock_guest(given.vmid(), guest_kind::vm);
  auto guest = load_guest(given.vmid(), guest_kind::vm);
  check_digest(guest, given);
  if (!given.flag("skiplock"))
    check_lock(guest);
  const auto disk = given.text("disk");
  const auto keys = disk_keys(guest);
  if (std::find(keys.begin(), keys.end(), disk) == keys.end())
    throw failure{cat("disk '", disk, "' does not exist")};
  const auto value = guest.value(disk);
  const auto present = drive_size(value);
  auto wanted_text = given.text("size");
  const bool more = wanted_text.starts_with('+');
  auto wanted = *parse_size(more ? wanted_text.substr(1) : wanted_text);
  wanted += more ? present : 0;
  if (wanted < present)
    throw failure{"shrinking disks is not supported"};
  if (wanted == present)
    return;
  resize_volume(drive_volume(value), wanted);
  auto parts = split(value, ',');
  std::erase_if(parts, [](const std::string& part) { return part.starts_with("size="); });
  parts.push_back(cat("size=", size_text(wanted)));
  guest.config[disk] = join(parts, ",");
  store_guest(guest);
}

} // namespace

int qm_set(const arguments& given) {
  const int vmid = given.vmid();
  auto changes = read_changes(given);
  if (changes.empty() && !given.has("delete") && !given.has("revert"))
    throw failure{"400 no options specified"};
  load_guest(vmid, guest_kind::vm);
  claim_guest(vmid);
  const auto lock = lock_guest(vmid, guest_kind::vm);
  auto guest = load_guest(vmid, guest_kind::vm);
  check_digest(guest, given);
  if (!given.flag("skiplock"))
    check_lock(guest);
  out(cat("update VM ", vmid, ":", described(given, changes), "\n"));
  const bool running = load_run(vmid).running;
  for (auto& [key, value] : changes)
    if (key.starts_with("scsi") || key.starts_with("ide"))
      value = key == "scsihw" ? value : with_volume(vmid, value);
  remove_keys(guest, given, running, needs_restart);
  change_config(guest, changes, running, needs_restart);
  store_guest(guest);
  return 0;
}

int qm_resize(const arguments& given) {
  load_guest(given.vmid(), guest_kind::vm);
  claim_guest(given.vmid());
  return run_task(
      "resize", cat(given.vmid()), [&] { resize(given); }, exit_rule::always_zero);
}

} // namespace cloudpods::node_sim
