#include "node_sim/script.hpp"

#include "node_sim/node.hpp"
#include "node_sim/system.hpp"

#include <algorithm>
#include <ctime>

namespace cloudpods::node_sim {

namespace {

std::string ipam_file() { return setting("ipam_file", inside("ipam.txt")); }

std::string now_text() {
  const auto now = static_cast<std::time_t>(now_ns() / 1'000'000'000);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S+00:00", &parts)};
}

} // namespace

void say(std::string_view text) { err(cat("[+] ", text, "\n")); }

void log_line(std::string_view level, std::string_view message, json_object fields) {
  fields.text("ts", now_text()).text("level", level).text("message", message);
  append_text(inside("log/migra-cloudpods.log"), cat(fields.print(), "\n"));
}

void refuse(std::string_view text) {
  log_line("error", text);
  throw failure{cat("[!] ", text), 1};
}

void print_result(const json_object& result, const std::string& title,
                  const std::vector<std::string>& lines) {
  const std::string rule(48, '=');
  out(cat("### JSON_RESULT_START ###\n", result.print(), "\n### JSON_RESULT_END ###\n\n", rule,
          "\n  ", title, "\n", rule, "\n"));
  for (const auto& line : lines)
    out(cat("  ", line, "\n"));
  out(cat(rule, "\n"));
}

key_values script_options(const std::vector<std::string>& words,
                          const std::vector<std::string>& names,
                          const std::vector<std::string>& switches) {
  const auto is_in = [](const std::vector<std::string>& all, const std::string& name) {
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  key_values found;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto name = words[i].starts_with("--") ? words[i].substr(2) : "";
    if (is_in(switches, name))
      found.insert_or_assign(name, std::string{"1"});
    else if (is_in(names, name) && i + 1 < words.size())
      found[name] = words[++i];
    else
      refuse(cat("Unknown option: ", words[i]));
  }
  return found;
}

bool ipam_has(const std::string& address) {
  const auto lines = split(read_text(ipam_file()).value_or(""), '\n');
  return std::find(lines.begin(), lines.end(), address) != lines.end();
}

void ipam_add(const std::string& address) {
  if (!ipam_has(address))
    append_text(ipam_file(), cat(address, "\n"));
}

void ipam_remove(const std::string& address) {
  // Like the published script: no lock.
  std::string kept;
  for (const auto& line : split(read_text(ipam_file()).value_or(""), '\n'))
    if (!line.empty() && line != address)
      kept += cat(line, "\n");
  write_text(ipam_file(), kept);
}

} // namespace cloudpods::node_sim
