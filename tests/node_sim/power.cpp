#include "node_sim/power.hpp"

#include "node_sim/config.hpp"
#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"
#include "node_sim/waiting.hpp"

namespace cloudpods::node_sim {

namespace {

/// The next address that the network's DHCP server hands out.
std::string leased_address() {
  const auto lock = held_lock::take("dhcp");
  const auto file = inside("dhcp");
  const auto count = to_number(read_text(file).value_or("")).value_or(0);
  write_text(file, cat(count + 1));
  const auto first = setting("dhcp_first", "10.1.32.1");
  std::uint32_t number = 0;
  for (const auto& part : split(first, '.'))
    number = number << 8 | static_cast<std::uint32_t>(to_number(part).value_or(0));
  number += static_cast<std::uint32_t>(count);
  return cat(number >> 24, ".", number >> 16 & 255, ".", number >> 8 & 255, ".", number & 255, "/",
             setting("dhcp_prefix", "16"));
}

std::string configured_address(const guest& guest) {
  const auto text = guest.value(guest.kind == guest_kind::vm ? "ipconfig0" : "net0");
  const auto properties = parse_properties(text, "model");
  const auto found = properties.find("ip");
  return found == properties.end() ? "dhcp" : found->second;
}

} // namespace

void power_on(guest& guest) {
  apply_pending(guest);
  store_guest(guest);
  auto run = load_run(guest.vmid);
  const auto configured = configured_address(guest);
  if (configured == "dhcp" && run.address.empty())
    run.address = leased_address();
  else if (configured != "dhcp" && configured != "manual")
    run.address = configured;
  run.running = true;
  run.pid = 100'000 + guest.vmid;
  run.started_ns = now_ns();
  store_run(guest.vmid, run);
}

void power_off(int vmid) {
  auto run = load_run(vmid);
  run.running = false;
  run.pid = 0;
  store_run(vmid, run);
}

void ask_to_end(const guest& guest, const arguments& given, std::string_view text) {
  if (load_run(guest.vmid).ignores_shutdown) {
    pause_ms(scaled_ms(1000 * given.integer("timeout", 60)));
    if (!given.flag("forceStop"))
      throw failure{std::string{text}};
    if (guest.kind == guest_kind::vm)
      out("VM still running - terminating now with SIGTERM\n");
  }
  power_off(guest.vmid);
}

std::int64_t uptime_s(const run_state& run) {
  return run.running ? (now_ns() - run.started_ns) / 1'000'000'000 : 0;
}

std::string first_mac(const guest& guest) {
  const auto properties = parse_properties(guest.value("net0"));
  for (const auto* key : {"virtio", "e1000", "e1000e", "rtl8139", "vmxnet3", "hwaddr"})
    if (const auto found = properties.find(key); found != properties.end())
      return found->second;
  return "BC:24:11:00:00:00";
}

} // namespace cloudpods::node_sim
