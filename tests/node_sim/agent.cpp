#include "node_sim/agent.hpp"

#include "node_sim/json.hpp"
#include "node_sim/node.hpp"
#include "node_sim/power.hpp"
#include "node_sim/system.hpp"

namespace cloudpods::node_sim {

namespace {

std::string address_json(std::string_view cidr) {
  const auto slash = cidr.find('/');
  json_object object;
  object.text("ip-address", cidr.substr(0, slash));
  object.text("ip-address-type", cidr.find(':') == cidr.npos ? "ipv4" : "ipv6");
  return object.raw("prefix", std::string{cidr.substr(slash + 1)}).print();
}

std::string interface_json(std::string_view name, std::string_view mac,
                           const std::vector<std::string>& addresses) {
  json_object object;
  object.text("name", name).text("hardware-address", mac);
  std::vector<std::string> values;
  for (const auto& address : addresses)
    values.push_back(address_json(address));
  if (!values.empty())
    object.raw("ip-addresses", json_array(values));
  return object.raw("statistics", R"({"rx-bytes":1500,"tx-bytes":700})").print();
}

std::string interfaces(const guest& guest) {
  const auto run = load_run(guest.vmid);
  auto addresses = std::vector<std::string>{"fe80::be24:11ff:fe00:1/64"};
  if (!run.address.empty())
    addresses.insert(addresses.begin(), run.address);
  return json_array({
      interface_json("lo", "00:00:00:00:00:00", {"127.0.0.1/8", "::1/128"}),
      interface_json("docker0", "02:42:aa:bb:cc:dd", {"172.17.0.1/16"}),
      interface_json("veth0", "02:42:aa:bb:cc:de", {}),
      interface_json("eth0", lower(first_mac(guest)), addresses),
  });
}

bool has_agent(const guest& guest) {
  const auto agent = parse_properties(guest.value("agent"), "enabled");
  const auto enabled = agent.find("enabled");
  return enabled != agent.end() && enabled->second == "1";
}

} // namespace

std::string ask_agent(const guest& guest, const std::string& command) {
  const auto run = load_run(guest.vmid);
  if (!has_agent(guest))
    throw failure{"No QEMU guest agent configured"};
  if (!run.running)
    throw failure{cat("VM ", guest.vmid, " is not running")};
  if (run.agent_dead || (now_ns() - run.started_ns) / 1'000'000 < setting("agent_delay_ms", 0))
    throw failure{"QEMU guest agent is not running"};
  if (command == "ping")
    return {};
  if (command == "network-get-interfaces")
    return interfaces(guest);
  if (command == "get-host-name")
    return json_object{}.text("host-name", guest.name()).print();
  if (command == "get-fsinfo")
    return R"([{"mountpoint":"/","name":"sda1","total-bytes":8234004480,"type":"ext4",)"
           R"("used-bytes":1843200000}])";
  throw failure{cat("400 Parameter verification failed.\ncommand: value '", command,
                    "' does not have a value in the enumeration 'get-fsinfo, get-host-name, "
                    "network-get-interfaces, ping'")};
}

std::string container_interfaces(const guest& guest) {
  const auto run = load_run(guest.vmid);
  if (!run.running)
    return {};
  json_object lo;
  lo.text("name", "lo").text("hwaddr", "00:00:00:00:00:00").text("inet", "127.0.0.1/8");
  lo.text("inet6", "::1/128");
  json_object bridge;
  bridge.text("name", "docker0").text("hwaddr", "02:42:aa:bb:cc:dd").text("inet", "172.17.0.1/16");
  json_object eth;
  eth.text("name", "eth0").text("hwaddr", lower(first_mac(guest)));
  eth.text("inet6", "fe80::be24:11ff:fe00:1/64");
  if (!run.address.empty())
    eth.text("inet", run.address);
  return json_array({lo.print(), bridge.print(), eth.print()});
}

} // namespace cloudpods::node_sim
