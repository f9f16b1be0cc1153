#include "node_sim/processes.hpp"

#include "node_sim/node.hpp"
#include "node_sim/system.hpp"
#include "node_sim/task.hpp"
#include "node_sim/waiting.hpp"

#include <cerrno>
#include <csignal>
#include <sys/syscall.h>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

// The fields of /proc/<pid>/stat from the third on; the second may hold blanks.
std::vector<std::string> stat_fields(pid_t process, std::string* name = nullptr) {
  const auto text = read_text(cat("/proc/", process, "/stat")).value_or("");
  const auto close = text.rfind(')');
  if (close == text.npos)
    return {};
  if (name)
    *name = text.substr(text.find('(') + 1, close - text.find('(') - 1);
  return words(std::string_view{text}.substr(close + 1));
}

// Returns when it is gone: what is written after that finds no reader.
void kill_now(pid_t process) {
  ::kill(process, SIGKILL);
  wait_gone(process, 5000);
}

} // namespace

pid_t parent_of(pid_t process) {
  const auto fields = stat_fields(process);
  return fields.size() < 2 ? 0 : static_cast<pid_t>(to_number(fields[1]).value_or(0));
}

std::uint64_t start_ticks(pid_t process) {
  const auto fields = stat_fields(process);
  return fields.size() < 20 ? 0 : static_cast<std::uint64_t>(to_number(fields[19]).value_or(0));
}

bool is_alive(pid_t process) {
  const auto fields = stat_fields(process);
  return !fields.empty() && fields[0] != "Z" && fields[0] != "X";
}

bool wait_gone(pid_t process, std::int64_t ms) {
  const auto file = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  if (file < 0)
    return true;
  const bool gone = wait_readable(file, ms);
  ::close(file);
  return gone;
}

void drop_connection() {
  const auto listener =
      static_cast<pid_t>(to_number(trim(read_text(inside("sshd/pid")).value_or(""))).value_or(0));
  for (pid_t process = ::getpid(); process > 1; process = parent_of(process)) {
    std::string name;
    stat_fields(process, &name);
    if (name.starts_with("sshd")) {
      if (process != listener)
        kill_now(process);
      return;
    }
  }
  if (listener == 0)
    return;
  for (const auto& entry : names_in("/proc"))
    if (const auto process = to_number(entry))
      if (parent_of(static_cast<pid_t>(*process)) == listener)
        kill_now(static_cast<pid_t>(*process));
}

void kill_command() {
  flush();
  if (is_worker())
    ::kill(::getppid(), SIGKILL);
  ::kill(::getpid(), SIGKILL);
  ::_exit(137);
}

} // namespace cloudpods::node_sim
