#include "node_sim/guest.hpp"

#include "node_sim/node.hpp"
#include "node_sim/pool.hpp"
#include "node_sim/system.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

std::string config_path(int vmid) { return inside(cat("guests/", vmid, ".conf")); }
std::string run_path(int vmid) { return inside(cat("guests/", vmid, ".run")); }

std::string print(const guest& guest) {
  auto text = cat("kind: ", kind_type(guest.kind), "\n", print_key_values(guest.config));
  if (!guest.pending.empty())
    text += cat("\n[PENDING]\n", print_key_values(guest.pending));
  for (const auto& [name, config] : guest.snapshots)
    text += cat("\n[", name, "]\n", print_key_values(config));
  return text;
}

guest parse(int vmid, std::string_view text) {
  guest found{vmid, guest_kind::vm, {}, {}, {}};
  const std::string whole{text};
  std::string section;
  std::size_t start = 0;
  while (start != whole.npos) {
    const auto end = whole.find("\n[", start);
    const auto values = parse_key_values(whole.substr(start, end - start));
    if (section.empty())
      found.config = values;
    else if (section == "PENDING")
      found.pending = values;
    else
      found.snapshots[section] = values;
    start = end;
    if (end != whole.npos) {
      const auto close = whole.find("]\n", end);
      section = whole.substr(end + 2, close - end - 2);
      start = close + 2;
    }
  }
  if (found.value("kind") == "lxc")
    found.kind = guest_kind::ct;
  found.config.erase("kind");
  return found;
}

} // namespace

std::string guest::value(const std::string& key) const {
  const auto found = config.find(key);
  return found == config.end() ? "" : found->second;
}

std::int64_t guest::number(const std::string& key, std::int64_t usual) const {
  return to_number(value(key)).value_or(usual);
}

std::string guest::name() const { return value(kind == guest_kind::vm ? "name" : "hostname"); }

std::optional<guest> find_guest(int vmid) {
  const auto text = read_text(config_path(vmid));
  if (!text)
    return std::nullopt;
  return parse(vmid, *text);
}

guest load_guest(int vmid, guest_kind kind) {
  auto found = find_guest(vmid);
  if (!found || found->kind != kind)
    throw failure{missing_text(vmid, kind), ENOENT};
  return std::move(*found);
}

std::vector<guest> all_guests() {
  std::vector<guest> guests;
  for (const auto& name : names_in(inside("guests")))
    if (name.ends_with(".conf"))
      if (const auto vmid = to_number(name.substr(0, name.size() - 5)))
        if (auto found = find_guest(static_cast<int>(*vmid)))
          guests.push_back(std::move(*found));
  return guests;
}

void store_guest(const guest& guest) { write_text(config_path(guest.vmid), print(guest)); }

void create_placeholder(int vmid, guest_kind kind, std::string_view lock) {
  const auto path = config_path(vmid);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0)
    throw failure{
        cat("unable to create ", kind_word(kind), " ", vmid, ": config file already exists"),
        EEXIST};
  ::close(file);
  run_state run;
  run.created_ns = now_ns();
  store_run(vmid, run);
  store_guest({vmid, kind, {{"lock", std::string{lock}}}, {}, {}});
}

void remove_guest(int vmid) {
  leave_pools(vmid);
  ::unlink(run_path(vmid).c_str());
  ::unlink(config_path(vmid).c_str());
}

run_state load_run(int vmid) {
  auto values = parse_key_values(read_text(run_path(vmid)).value_or(""));
  const auto number = [&](const char* key) { return to_number(values[key]).value_or(0); };
  return {number("running") != 0,   number("pid"),     number("created_ns"),
          number("started_ns"),     values["address"], number("ignores_shutdown") != 0,
          number("agent_dead") != 0};
}

void store_run(int vmid, const run_state& run) {
  write_text(run_path(vmid),
             cat("running: ", int{run.running}, "\npid: ", run.pid,
                 "\ncreated_ns: ", run.created_ns, "\nstarted_ns: ", run.started_ns,
                 "\naddress: ", run.address, "\nignores_shutdown: ", int{run.ignores_shutdown},
                 "\nagent_dead: ", int{run.agent_dead}, "\n"));
}

void check_lock(const guest& guest) {
  if (guest.has("lock"))
    throw failure{cat(kind_word(guest.kind), " is locked (", guest.value("lock"), ")")};
}

std::string_view kind_word(guest_kind kind) { return kind == guest_kind::vm ? "VM" : "CT"; }

std::string_view kind_type(guest_kind kind) { return kind == guest_kind::vm ? "qemu" : "lxc"; }

std::string missing_text(int vmid, guest_kind kind) {
  return cat("Configuration file 'nodes/", node_name(), "/",
             kind == guest_kind::vm ? "qemu-server" : "lxc", "/", vmid, ".conf' does not exist");
}

std::string new_mac() {
  const auto digits = random_hex(6);
  return cat("BC:24:11:", digits.substr(0, 2), ":", digits.substr(2, 2), ":", digits.substr(4, 2));
}

std::vector<std::string> disk_keys(const guest& guest) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : guest.config) {
    const auto word = key.substr(0, key.find_first_of("0123456789"));
    const bool numbered =
        word != key && (word == "scsi" || word == "ide" || word == "sata" || word == "virtio" ||
                        word == "unused" || word == "mp" || word == "efidisk");
    if ((numbered || key == "rootfs") && value.find(':') != value.npos &&
        !value.starts_with("none"))
      keys.push_back(key);
  }
  return keys;
}

} // namespace cloudpods::node_sim
