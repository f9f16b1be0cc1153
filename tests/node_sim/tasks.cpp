#include "node_sim/tasks.hpp"

#include "node_sim/node.hpp"
#include "node_sim/processes.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <optional>

namespace cloudpods::node_sim {

namespace {

std::optional<std::uint64_t> from_hex(const std::string& text) {
  std::uint64_t number = 0;
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number, 16);
  return result.ptr == end && !text.empty() ? std::optional{number} : std::nullopt;
}

std::optional<task_entry> parse(const std::string& upid) {
  const auto parts = split(upid, ':');
  if (parts.size() != 9 || parts[0] != "UPID")
    return std::nullopt;
  const auto pid = from_hex(parts[2]);
  const auto pstart = from_hex(parts[3]);
  const auto start = from_hex(parts[4]);
  if (!pid || !pstart || !start)
    return std::nullopt;
  task_entry task{upid,
                  parts[1],
                  static_cast<pid_t>(*pid),
                  *pstart,
                  static_cast<std::int64_t>(*start),
                  parts[5],
                  parts[6],
                  false};
  // A number that another process has by now is no sign of life.
  task.active = exists(inside(cat("tasks/active/", upid))) && is_alive(task.pid) &&
                start_ticks(task.pid) == task.pstart;
  return task;
}

std::vector<task_entry> tasks_in(const std::string& folder) {
  std::vector<task_entry> tasks;
  for (const auto& name : names_in(inside(folder)))
    if (auto task = parse(name))
      tasks.push_back(std::move(*task));
  std::stable_sort(tasks.begin(), tasks.end(),
                   [](const task_entry& a, const task_entry& b) { return a.start > b.start; });
  return tasks;
}

} // namespace

std::string task_entry::status() const {
  if (active)
    return "RUNNING";
  const auto lines = task_lines(*this);
  if (lines.empty())
    return "unexpected status";
  const auto& last = lines.back();
  if (last == "TASK OK")
    return "OK";
  if (last.starts_with("TASK ERROR: "))
    return last.substr(12);
  if (last.starts_with("TASK WARNINGS: "))
    return last.substr(5);
  return "unexpected status";
}

task_entry load_task(const std::string& upid) {
  auto task = parse(upid);
  if (!task)
    throw failure{cat("unable to parse worker upid '", upid, "'")};
  if (!exists(task_file(upid)))
    throw failure{"400 Parameter verification failed.\nupid: no such task"};
  return std::move(*task);
}

std::vector<task_entry> active_tasks() {
  auto tasks = tasks_in("tasks/active");
  std::erase_if(tasks, [](const task_entry& task) { return !task.active; });
  return tasks;
}

std::vector<task_entry> all_tasks() { return tasks_in("tasks"); }

std::vector<std::string> task_lines(const task_entry& task) {
  auto lines = split(read_text(task_file(task.upid)).value_or(""), '\n');
  if (!lines.empty() && lines.back().empty())
    lines.pop_back();
  return lines;
}

void stop_task(const task_entry& task) {
  if (!task.active)
    return;
  ::kill(-task.pid, SIGTERM);
  if (!wait_gone(task.pid, scaled_ms(5000)))
    ::kill(-task.pid, SIGKILL);
}

} // namespace cloudpods::node_sim
