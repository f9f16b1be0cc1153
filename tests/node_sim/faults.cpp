#include "node_sim/faults.hpp"

#include "node_sim/locks.hpp"
#include "node_sim/node.hpp"
#include "node_sim/noise.hpp"
#include "node_sim/processes.hpp"
#include "node_sim/system.hpp"
#include "node_sim/waiting.hpp"

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

std::vector<fault> armed;
std::int64_t latency_ms = 0;
std::int64_t spent_ms = 0;
bool latency_held = false;

constexpr std::string_view points[] = {"before", "half", "after"};
constexpr std::string_view kinds[] = {"fail",   "hang", "drop",     "die",    "locale",
                                      "banner", "crlf", "progress", "garbage"};

std::string file() { return inside("faults"); }

fault parse(const std::string& line) {
  fault found;
  const auto bar = line.find(" | ");
  const auto parts = split(line.substr(0, bar), ' ');
  found.left = to_number(parts.at(0)).value_or(0);
  found.skip = to_number(parts.at(1)).value_or(0);
  found.when = static_cast<fault_point>(std::find(points, points + 3, parts.at(2)) - points);
  found.kind = parts.at(3);
  found.exit = static_cast<int>(to_number(parts.at(4)).value_or(255));
  found.name = parts.at(5);
  found.pattern = join({parts.begin() + 6, parts.end()}, " ");
  found.text = decode_percent(bar == line.npos ? "" : line.substr(bar + 3));
  return found;
}

void store(const std::vector<fault>& faults) {
  std::string text;
  for (const auto& fault : faults)
    text += cat(print_fault(fault), "\n");
  write_text(file(), text);
}

void hang(const fault& fault) {
  flush();
  append_text(inside(cat("hanging/", fault.name)), cat(::getpid(), "\n"));
  wait_for_file(inside(cat("release/", fault.name)));
}

void strike(const fault& fault) {
  if (fault.kind == "fail")
    throw failure{fault.text, fault.exit};
  if (fault.kind == "hang")
    hang(fault);
  if (fault.kind == "drop")
    drop_connection();
  if (fault.kind == "drop" && fault.when == fault_point::before)
    ::_exit(255);
  if (fault.kind == "die")
    kill_command();
}

std::int64_t find_latency(const std::string& command_line) {
  const auto text = read_text(inside("latency"));
  if (!text || text->empty())
    return 0;
  for (const auto& line : split(*text, '\n')) {
    const auto blank = line.find(' ');
    if (blank != line.npos && fits(line.substr(blank + 1), command_line))
      return to_number(line.substr(0, blank)).value_or(0);
  }
  return 0;
}

} // namespace

void add_fault(const fault& fault) {
  if (std::find(std::begin(kinds), std::end(kinds), fault.kind) == std::end(kinds))
    throw failure{cat("no such kind of fault: ", fault.kind)};
  if (fault.pattern.empty() || fault.name.empty() || fault.name.find(' ') != fault.name.npos)
    throw failure{"a fault needs a pattern, and a name without blanks"};
  const auto lock = held_lock::take("faults");
  append_text(file(), cat(print_fault(fault), "\n"));
}

std::string print_fault(const fault& fault) {
  return cat(fault.left, " ", fault.skip, " ", points[static_cast<int>(fault.when)], " ",
             fault.kind, " ", fault.exit, " ", fault.name, " ", fault.pattern, " | ",
             encode_description(fault.text));
}

void clear_faults() {
  const auto lock = held_lock::take("faults");
  write_text(file(), "");
}

std::vector<fault> present_faults() {
  std::vector<fault> faults;
  for (const auto& line : split(read_text(file()).value_or(""), '\n'))
    if (!line.empty())
      faults.push_back(parse(line));
  return faults;
}

void arm(const std::string& command_line) {
  armed.clear();
  spent_ms = 0;
  latency_ms = find_latency(command_line);
  const auto text = read_text(file());
  if (!text || text->empty())
    return;
  const auto lock = held_lock::take("faults");
  auto faults = present_faults();
  for (auto& fault : faults) {
    if (!fits(fault.pattern, command_line))
      continue;
    if (fault.skip > 0) {
      --fault.skip;
    } else if (fault.left != 0) {
      fault.left -= fault.left > 0 ? 1 : 0;
      armed.push_back(fault);
    }
  }
  std::erase_if(faults, [](const fault& fault) { return fault.left == 0; });
  store(faults);
}

void strike(fault_point point) {
  auto now = std::stable_partition(armed.begin(), armed.end(),
                                   [point](const fault& fault) { return fault.when != point; });
  const std::vector<fault> due(now, armed.end());
  armed.erase(now, armed.end());
  for (const auto& fault : due)
    make_noise(fault.kind, fault.text);
  for (const auto& fault : due)
    strike(fault);
}

void leave_to_worker() {
  std::erase_if(armed, [](const fault& fault) { return fault.when == fault_point::half; });
  spent_ms = latency_ms;
}

void hold_latency(bool held) { latency_held = held; }

void spend_latency() { spend_latency_down_to(0, 1); }

void spend_latency_down_to(std::int64_t left, std::int64_t parts) {
  const auto goal = latency_ms - latency_ms * left / parts;
  if (latency_held || goal <= spent_ms)
    return;
  const auto wait = goal - spent_ms;
  spent_ms = goal;
  pause_ms(wait);
}

} // namespace cloudpods::node_sim
