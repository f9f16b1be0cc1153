#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace cloudpods::node_sim {

/// A task as its id names it.
struct task_entry {
  std::string upid;
  std::string node;
  pid_t pid = 0;
  std::uint64_t pstart = 0;
  std::int64_t start = 0;
  std::string type;
  std::string id;
  bool active = false;

  /// "OK", the error's text or "unexpected status"; for an active task "RUNNING".
  std::string status() const;
};

/// Fails with "unable to parse worker upid" or "no such task".
task_entry load_task(const std::string& upid);
/// The newest first.
std::vector<task_entry> active_tasks();
std::vector<task_entry> all_tasks();
std::vector<std::string> task_lines(const task_entry& task);
/// TERM to the worker's group, KILL after 5 s.
void stop_task(const task_entry& task);

} // namespace cloudpods::node_sim
