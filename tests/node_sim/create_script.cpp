#include "node_sim/commands.hpp"
#include "node_sim/guest.hpp"
#include "node_sim/node.hpp"
#include "node_sim/script.hpp"
#include "node_sim/storage.hpp"
#include "node_sim/system.hpp"
#include "node_sim/trace.hpp"

#include <algorithm>

namespace cloudpods::node_sim {

namespace {

/// What the script was asked for, with its own usual values.
struct wish {
  int vmid;
  std::string host, ip, cores, memory, swap, storage, bridge, gateway, tenant;
};

key_values positional(const std::vector<std::string>& words) {
  if (words.size() != 3)
    refuse("Usage: cloudpod-create.sh <vmid> <hostname> <last_octet>");
  return {{"vmid", words[0]}, {"host", words[1]}, {"ip", cat("10.1.10.", words[2])}};
}

bool is_address(const std::string& text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
           const auto number = to_number(part);
           return number && *number >= 0 && *number <= 255;
         });
}

bool answers_ping(const std::string& address) {
  for (const auto& guest : all_guests()) {
    const auto run = load_run(guest.vmid);
    if (run.running && run.address.substr(0, run.address.find('/')) == address)
      return true;
  }
  return false;
}

std::string free_address() {
  for (int last = 50; last <= 250; ++last) {
    auto address = cat("10.1.10.", last);
    if (!ipam_has(address) && !answers_ping(address))
      return address;
  }
  refuse("No free IPs available in range");
}

wish read(const std::vector<std::string>& words) {
  auto given = !words.empty() && !words[0].starts_with("--")
                   ? positional(words)
                   : script_options(words,
                                    {"vmid", "host", "ip", "cores", "mem", "swap", "storage",
                                     "bridge", "gateway", "tenant"},
                                    {"auto-ip"});
  const auto value = [&](const char* name, std::string_view usual) {
    const auto found = given.find(name);
    return found == given.end() ? std::string{usual} : found->second;
  };
  const auto vmid = to_number(value("vmid", ""));
  if (!vmid || value("host", "").empty())
    refuse("--vmid and --host are required");
  if (!given.contains("ip") && !given.contains("auto-ip"))
    refuse("Either --ip or --auto-ip is required");
  if (given.contains("ip") && !is_address(given["ip"]))
    refuse(cat("Invalid IP address: '", given["ip"], "'"));
  return {static_cast<int>(*vmid),
          value("host", ""),
          value("ip", ""),
          value("cores", "2"),
          value("mem", "2048"),
          value("swap", "512"),
          value("storage", "clients-main"),
          value("bridge", "vmbr0"),
          value("gateway", "10.1.10.1"),
          value("tenant", "unknown")};
}

void check(const wish& wish) {
  if (const auto taken = find_guest(wish.vmid); taken && taken->kind == guest_kind::ct)
    refuse(cat("VMID ", wish.vmid, " already exists. Choose another VMID."));
  const auto source = find_guest(9000);
  if (!source || source->kind != guest_kind::ct)
    refuse("Template CT 9000 not found. Create it first.");
  if (!find_storage(wish.storage))
    refuse(cat("Storage '", wish.storage, "' not found in 'pvesm status'."));
  if (answers_ping(wish.ip))
    refuse(cat("IP ", wish.ip, " already responds to ping. Refusing to use it."));
}

/// One command of the script; `errexit` ends the script with its code.
void run(const command_line& line) {
  if (const int code = run_nested(line); code != 0) {
    log_line("error", cat(line[0], " ", line[1], " failed"));
    throw failure{"", code};
  }
}

void build(const wish& wish) {
  const auto vmid = cat(wish.vmid);
  run({"pct", "clone", "9000", vmid, "--hostname", wish.host, "--full", "1", "--storage",
       wish.storage});
  run({"pct", "set", vmid, "--cores", wish.cores, "--memory", wish.memory, "--swap", wish.swap,
       "--net0", cat("name=eth0,bridge=", wish.bridge, ",ip=manual"), "--onboot", "1"});
  run({"pct", "start", vmid});
  // What netplan does inside the guest.
  auto state = load_run(wish.vmid);
  state.address = cat(wish.ip, "/24");
  store_run(wish.vmid, state);
  run({"pct", "exec", vmid, "--", "netplan", "apply"});
  run({"pct", "exec", vmid, "--", "hostname"});
  run({"pct", "exec", vmid, "--", "ip", "-4", "a"});
}

json_object result_of(const wish& wish) {
  json_object result;
  result.raw("success", "true").number("vmid", wish.vmid).text("hostname", wish.host);
  result.text("tenant", wish.tenant).text("ip", wish.ip).text("ip_cidr", cat(wish.ip, "/24"));
  result.text("gateway", wish.gateway).text("storage", wish.storage).text("bridge", wish.bridge);
  result.raw("cores", wish.cores).raw("memory_mb", wish.memory).raw("swap_mb", wish.swap);
  return result;
}

} // namespace

int run_create_script(const command_line& line) {
  auto wanted = read({line.begin() + 1, line.end()});
  claim_guest(wanted.vmid);
  if (wanted.ip.empty())
    wanted.ip = free_address();
  const auto cidr = cat(wanted.ip, "/24");
  say("Creating CloudPod");
  say(cat("VMID     : ", wanted.vmid));
  say(cat("Hostname : ", wanted.host));
  say(cat("IP       : ", cidr));
  say(cat("Tenant   : ", wanted.tenant));
  check(wanted);
  ipam_add(wanted.ip);
  log_line("info", "create started",
           json_object{}.number("vmid", wanted.vmid).text("ip", wanted.ip));
  say("Cloning template CT 9000 ...");
  build(wanted);
  log_line("info", "create completed",
           json_object{}.number("vmid", wanted.vmid).text("tenant", wanted.tenant));
  print_result(result_of(wanted), "CloudPod created",
               {cat("VMID     : ", wanted.vmid), cat("Hostname : ", wanted.host),
                cat("IP       : ", cidr), cat("Gateway  : ", wanted.gateway),
                cat("Tenant   : ", wanted.tenant)});
  return 0;
}

} // namespace cloudpods::node_sim
