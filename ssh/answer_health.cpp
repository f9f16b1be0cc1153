#include <array>
#include <map>

#include "ssh/answer.hpp"
#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::size_t most_issues = 20;
constexpr std::size_t longest_issue = 200;

using values = std::map<std::string, std::string, std::less<>>;

std::string value_of(const values& from, std::string_view key) {
  const auto found = from.find(key);
  return found == from.end() ? "" : found->second;
}

std::optional<double> share_of(std::optional<double> percent) {
  if (!percent || *percent < 0 || *percent > 100)
    return std::nullopt;
  return *percent / 100;
}

void add_issue(domain::guest_health& health, std::string_view text) {
  if (health.issues.size() < most_issues && !trimmed(text).empty())
    health.issues.push_back(capped(clean_text(trimmed(text)), longest_issue));
}

/// `net=ok`, or `"net":"fail"`.
std::optional<bool> reachable_by(std::string_view word) {
  if (word == "ok")
    return true;
  return word == "fail" ? std::optional{false} : std::nullopt;
}

/// `key=value` lines whose key is one word; nothing where there is neither a status nor a network.
std::optional<values> lines_in(std::string_view out) {
  values found;
  for (const auto line : lines_of(out)) {
    const auto text = trimmed(line);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos && equals > 0 &&
        text.substr(0, equals).find_first_of(" \t\"'{") == std::string_view::npos)
      found.insert_or_assign(std::string{text.substr(0, equals)},
                             std::string{trimmed(text.substr(equals + 1))});
  }
  if (!found.contains("status") && !found.contains("net"))
    return std::nullopt;
  return found;
}

domain::guest_health from_lines(const values& found) {
  domain::guest_health health;
  health.status = value_of(found, "status");
  health.cpu = share_of(real_number(value_of(found, "cpuPct")));
  health.memory = share_of(real_number(value_of(found, "memPct")));
  health.disk = share_of(real_number(value_of(found, "diskPct")));
  health.uptime_s = whole_number(value_of(found, "uptimeSec"));
  health.reachable = reachable_by(value_of(found, "net"));
  return health;
}

void read_issues(simdjson::dom::element document, domain::guest_health& health) {
  simdjson::dom::array issues;
  if (document["issues"].get(issues) == simdjson::SUCCESS)
    for (const auto each : issues) {
      std::string_view text;
      if (each.get(text) == simdjson::SUCCESS)
        add_issue(health, text);
    }
  bool is_healthy = true;
  if (document["healthy"].get(is_healthy) == simdjson::SUCCESS && !is_healthy &&
      health.issues.empty())
    add_issue(health, "the health script says that it is not healthy");
}

domain::guest_health from_json(simdjson::dom::element document) {
  domain::guest_health health;
  health.status = text_field(document, "status").value_or("");
  health.cpu = share_of(real_field(document, "cpuPct"));
  health.memory = share_of(real_field(document, "memPct"));
  health.disk = share_of(real_field(document, "diskPct"));
  health.uptime_s = number_field(document, "uptimeSec");
  health.reachable = reachable_by(text_field(document, "net").value_or(""));
  read_issues(document, health);
  return health;
}

/// What the script says of this guest; nothing where it says nothing that can be read.
std::optional<domain::guest_health> script_health(domain::vmid guest, std::string_view out) {
  const auto json = out.contains("### JSON_RESULT_START ###") ? marked_json(out) : json_part(out);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (json && parser.parse(*json).get(document) == simdjson::SUCCESS && document.is_object()) {
    const auto id = number_field(document, "vmid");
    return id && *id != guest ? std::nullopt : std::optional{from_json(document)};
  }
  const auto found = lines_in(out);
  if (!found)
    return std::nullopt;
  const auto id = value_of(*found, "vmid");
  return !id.empty() && id != std::to_string(guest) ? std::nullopt
                                                    : std::optional{from_lines(*found)};
}

/// `status: running`
std::string status_in(std::string_view out) {
  constexpr std::string_view key = "status: ";
  for (const auto line : lines_of(out))
    if (line.starts_with(key))
      return std::string{trimmed(line.substr(key.size()))};
  return {};
}

/// Whether the agent answers; nothing where its silence says nothing about it.
std::optional<bool> agent_by(const section& ping) {
  if (ping.exit_code == 0)
    return true;
  constexpr std::array<std::string_view, 3> silences{"QEMU guest agent is not running",
                                                     "got timeout", "timeout after"};
  for (const auto silence : silences)
    if (ping.text.contains(silence))
      return false;
  return std::nullopt;
}

} // namespace

parsed<domain::guest_health> parse_vm_health(std::string_view status, const section* ping) {
  const auto json = json_part(status);
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (!json || parser.parse(*json).get(document) != simdjson::SUCCESS || !document.is_object())
    return std::unexpected("the machine's status is no JSON object");
  const auto state = text_field(document, "status");
  if (!state)
    return std::unexpected("the machine's status has no status");
  domain::guest_health health;
  health.status = *state == "running" ? text_field(document, "qmpstatus").value_or(*state) : *state;
  if (*state == "running")
    health.uptime_s = number_field(document, "uptime");
  // Without the balloon driver's figure this is the host's view, which is near 100 % by nature.
  const auto most = number_field(document, "maxmem").value_or(0);
  const auto used = number_field(document, "mem");
  if (number_field(document, "freemem") && used && most > 0)
    health.memory = share_of(100.0 * static_cast<double>(*used) / static_cast<double>(most));
  if (ping)
    health.agent = agent_by(*ping);
  return health;
}

parsed<domain::guest_health> parse_container_health(domain::vmid guest, const section* script,
                                                    const section& status, std::string_view err) {
  const bool has_run = script && script->exit_code == 0;
  const auto said = has_run ? script_health(guest, script->text) : std::nullopt;
  auto health = said.value_or(domain::guest_health{});
  // Read after the script, and by Proxmox itself.
  if (const auto state = status.exit_code == 0 ? status_in(status.text) : ""; !state.empty())
    health.status = state;
  if (health.status.empty())
    return std::unexpected("the container's status could not be read");
  if (script && !has_run)
    add_issue(health, "the health script failed: " + std::string{last_word(err)});
  else if (script && !said)
    add_issue(health, "the health script says nothing that can be read");
  return health;
}

} // namespace cloudpods::ssh
