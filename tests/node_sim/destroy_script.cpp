#include "node_sim/commands.hpp"
#include "node_sim/guest.hpp"
#include "node_sim/script.hpp"
#include "node_sim/system.hpp"
#include "node_sim/trace.hpp"

namespace cloudpods::node_sim {

namespace {

/// The script sees an address only in a running container or in `ip=` of net0.
std::string known_address(const guest& guest) {
  const auto run = load_run(guest.vmid);
  auto address = run.running ? run.address : "";
  if (address.empty())
    address = parse_properties(guest.value("net0"))["ip"];
  if (address == "manual" || address == "dhcp")
    return {};
  return address.substr(0, address.find('/'));
}

key_values read(const std::vector<std::string>& words) {
  if (words.size() == 1 && to_number(words[0]))
    return {{"vmid", words[0]}};
  return script_options(words, {"vmid", "tenant"}, {"force", "backup"});
}

void confirm(const key_values& given) {
  if (given.contains("force"))
    return;
  err("Type 'yes' to confirm destruction: ");
  const auto answer = read_input();
  if (trim(answer.substr(0, answer.find('\n'))) != "yes")
    throw failure{answer.empty() ? "" : "[!] Aborted.", 1};
}

void run(const command_line& line) {
  if (const int code = run_nested(line); code != 0)
    throw failure{"", code};
}

} // namespace

int run_destroy_script(const command_line& line) {
  auto given = read({line.begin() + 1, line.end()});
  const auto vmid = static_cast<int>(to_number(given["vmid"]).value_or(0));
  if (vmid == 0)
    refuse("--vmid is required");
  if (vmid == 9000)
    refuse("Cannot destroy the golden template CT 9000!");
  claim_guest(vmid);
  const auto guest = find_guest(vmid);
  if (!guest || guest->kind != guest_kind::ct)
    refuse(cat("CT ", vmid, " does not exist."));
  const auto address = known_address(*guest);
  const auto tenant = given.contains("tenant") ? given["tenant"] : "unknown";
  say(cat("Destroying CT ", vmid, " (", guest->name(), ")"));
  say(cat("IP       : ", address.empty() ? "unknown" : address));
  confirm(given);
  if (load_run(vmid).running)
    run({"pct", "stop", cat(vmid)});
  run({"pct", "destroy", cat(vmid), "--purge", "1"});
  if (!address.empty())
    ipam_remove(address);
  log_line("info", "destroy completed", json_object{}.number("vmid", vmid).text("tenant", tenant));
  json_object result;
  result.raw("success", "true").text("action", "destroy").number("vmid", vmid);
  result.text("hostname", guest->name()).text("ip", address.empty() ? "null" : address);
  print_result(
      result.text("tenant", tenant), "CloudPod destroyed",
      {cat("VMID     : ", vmid), cat("Hostname : ", guest->name()),
       cat("IP       : ", address.empty() ? "unknown" : address, " (released from IPAM)")});
  return 0;
}

} // namespace cloudpods::node_sim
