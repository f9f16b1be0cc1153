#include "node_sim/commands.hpp"
#include "node_sim/faults.hpp"
#include "node_sim/guest.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"

#include <algorithm>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

constexpr std::string_view help =
    "node_sim init FOLDER                       make a fresh node\n"
    "node_sim guests                            list guests\n"
    "node_sim guest VMID key=value…             running address ignores_shutdown agent_dead\n"
    "node_sim set key=value…                    node wait_percent refresh_ms agent_delay_ms\n"
    "                                           progress_lines allocate_ms cleanup_ms host_cpus …\n"
    "node_sim storage ID key=value…             capacity active enabled content type\n"
    "node_sim latency MS PATTERN | clear        wait that long in commands that fit\n"
    "node_sim faults [list | clear]\n"
    "node_sim faults add PATTERN KIND key=value…\n"
    "    KIND  fail hang drop die locale banner crlf progress garbage\n"
    "    keys  when=before|half|after times=N|always skip=N exit=N name=WORD text=TEXT\n"
    "node_sim release NAME                      let a hanging command go on\n"
    "node_sim trace | overlaps | reset          show, show, empty both\n";

/// Takes "key=value" words into a file of "key: value" lines.
void change_file(const std::string& path, const command_line& line, std::size_t first) {
  auto values = parse_key_values(read_text(path).value_or(""));
  for (auto i = first; i < line.size(); ++i) {
    const auto equals = line[i].find('=');
    if (equals == line[i].npos)
      throw failure{cat("not key=value: ", line[i])};
    values[line[i].substr(0, equals)] = line[i].substr(equals + 1);
  }
  write_text(path, print_key_values(values));
}

int show_guests() {
  for (const auto& guest : all_guests()) {
    const auto run = load_run(guest.vmid);
    out(cat(padded(cat(guest.vmid), 10), " ",
            padded(guest.is_template() ? "template"
                   : run.running       ? "running"
                                       : "stopped",
                   9),
            " ", padded(kind_type(guest.kind), 5), " ", padded(guest.name(), 24), " ",
            padded(run.address, 18), " ", guest.value("lock"), "\n"));
  }
  flush();
  return 0;
}

fault read_fault(const command_line& line) {
  fault wanted;
  wanted.pattern = line.at(3);
  wanted.kind = line.at(4);
  wanted.name = cat("fault-", lower(random_hex(8)));
  for (std::size_t i = 5; i < line.size(); ++i) {
    const auto equals = line[i].find('=');
    const auto key = line[i].substr(0, equals);
    const auto value = equals == line[i].npos ? "" : line[i].substr(equals + 1);
    const auto number = to_number(value);
    if (key == "when" && value == "before")
      wanted.when = fault_point::before;
    else if (key == "when" && value == "half")
      wanted.when = fault_point::half;
    else if (key == "when" && value == "after")
      wanted.when = fault_point::after;
    else if (key == "times" && (number || value == "always"))
      wanted.left = number.value_or(-1);
    else if (key == "skip" && number)
      wanted.skip = *number;
    else if (key == "exit" && number)
      wanted.exit = static_cast<int>(*number);
    else if (key == "name")
      wanted.name = value;
    else if (key == "text")
      wanted.text = value;
    else
      throw failure{cat("not understood: ", line[i])};
  }
  return wanted;
}

int faults(const command_line& line) {
  const auto verb = line.size() < 3 ? "list" : line[2];
  if (verb == "clear") {
    clear_faults();
  } else if (verb == "add" && line.size() >= 5) {
    const auto wanted = read_fault(line);
    add_fault(wanted);
    out(cat(wanted.name, "\n"));
  } else if (verb == "list") {
    for (const auto& fault : present_faults())
      out(cat(print_fault(fault), "\n"));
  } else {
    throw failure{std::string{help}, 2};
  }
  flush();
  return 0;
}

int latency(const command_line& line) {
  if (line.size() == 3 && line[2] == "clear") {
    write_text(inside("latency"), "");
    return 0;
  }
  if (line.size() != 4 || !to_number(line[2]))
    throw failure{std::string{help}, 2};
  // The newest line is asked first.
  write_text(inside("latency"),
             cat(line[2], " ", line[3], "\n", read_text(inside("latency")).value_or("")));
  return 0;
}

int show(const std::string& file) {
  out(read_text(inside(file)).value_or(""));
  flush();
  return 0;
}

int init(const std::string& folder) {
  char program[4096];
  const auto size = ::readlink("/proc/self/exe", program, sizeof program);
  if (size < 0)
    throw failure{"this program does not know where it lies"};
  make_folders(folder);
  use_root(folder);
  make_fresh_node({program, static_cast<std::size_t>(size)});
  return 0;
}

} // namespace

int run_admin(const command_line& line) {
  const auto verb = line.size() < 2 ? "" : line[1];
  if (verb == "init" && line.size() == 3)
    return init(line[2]);
  if (verb == "guests")
    return show_guests();
  if (verb == "faults")
    return faults(line);
  if (verb == "latency")
    return latency(line);
  if (verb == "trace" || verb == "overlaps")
    return show(cat(verb, ".jsonl"));
  if (verb == "guest" && line.size() > 3)
    change_file(inside(cat("guests/", line[2], ".run")), line, 3);
  else if (verb == "set" && line.size() > 2)
    change_file(inside("settings"), line, 2);
  else if (verb == "storage" && line.size() > 3)
    change_file(inside(cat("storages/", line[2], ".conf")), line, 3);
  else if (verb == "release" && line.size() == 3)
    write_text(inside(cat("release/", line[2])), "");
  else if (verb == "reset")
    for (const auto* file : {"trace.jsonl", "overlaps.jsonl"})
      write_text(inside(file), "");
  else
    throw failure{std::string{help}, 2};
  return 0;
}

} // namespace cloudpods::node_sim
