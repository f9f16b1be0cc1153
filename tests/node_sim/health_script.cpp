#include "node_sim/commands.hpp"
#include "node_sim/guest.hpp"
#include "node_sim/script.hpp"
#include "node_sim/status.hpp"
#include "node_sim/system.hpp"

#include <algorithm>

namespace cloudpods::node_sim {

namespace {

double share(const key_values& values, const char* part, const char* whole) {
  const auto amount = to_number(values.at(part)).value_or(0);
  const auto most = to_number(values.at(whole)).value_or(0);
  return most == 0 ? 0 : 100.0 * static_cast<double>(amount) / static_cast<double>(most);
}

std::string scaled(const key_values& values, const char* key, int shift) {
  return cat(to_number(values.at(key)).value_or(0) >> shift);
}

bool is_healthy(const guest& guest) { return load_run(guest.vmid).running; }

std::string health_json(const guest& guest) {
  const auto values = status_values(guest);
  const auto run = load_run(guest.vmid);
  json_object health;
  health.number("vmid", guest.vmid).text("hostname", guest.name());
  health.text("status", values.at("status"));
  health.text("ip", run.running ? run.address.substr(0, run.address.find('/')) : "");
  health.raw("cpuPct", run.running ? "2.1" : "0").raw("memMb", scaled(values, "mem", 20));
  health.raw("memMaxMb", scaled(values, "maxmem", 20));
  health.raw("memPct", decimal(share(values, "mem", "maxmem"), 1));
  health.raw("diskGb", scaled(values, "disk", 30)).raw("diskMaxGb", scaled(values, "maxdisk", 30));
  health.raw("diskPct", decimal(share(values, "disk", "maxdisk"), 1));
  health.raw("uptimeSec", values.at("uptime")).raw("healthy", is_healthy(guest) ? "true" : "false");
  return health.raw("issues", is_healthy(guest) ? "[]" : R"(["container is not running"])").print();
}

std::string all_json() {
  std::vector<std::string> pods;
  int healthy = 0;
  for (const auto& guest : all_guests()) {
    if (guest.kind != guest_kind::ct || guest.is_template())
      continue;
    pods.push_back(health_json(guest));
    healthy += is_healthy(guest) ? 1 : 0;
  }
  json_object result;
  result.raw("pods", json_array(pods)).number("total", pods.size());
  return result.number("healthy", healthy).print();
}

} // namespace

int run_health_script(const command_line& line) {
  command_line words{line.begin() + 1, line.end()};
  const bool as_json = std::erase(words, "--json") > 0;
  if (as_json && words == command_line{"--all"}) {
    out(cat(all_json(), "\n"));
    return 0;
  }
  const auto vmid = words.size() == 1 ? to_number(words[0]) : std::nullopt;
  if (!vmid)
    refuse("Usage: cloudpod-health.sh [--json] <vmid>");
  const auto guest = find_guest(static_cast<int>(*vmid));
  if (!guest || guest->kind != guest_kind::ct)
    refuse(cat("CT ", *vmid, " does not exist."));
  if (as_json)
    out(cat(health_json(*guest), "\n"));
  else
    out(cat("vmid=", *vmid, "\nstatus=", is_healthy(*guest) ? "running" : "stopped",
            "\nnet=", is_healthy(*guest) ? "ok" : "fail", "\n"));
  return 0;
}

} // namespace cloudpods::node_sim
