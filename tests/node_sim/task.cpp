#include "node_sim/task.hpp"

#include "node_sim/faults.hpp"
#include "node_sim/node.hpp"
#include "node_sim/processes.hpp"
#include "node_sim/system.hpp"
#include "node_sim/waiting.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

bool worker = false;
int relay_output = -1; // in a worker: what the relay writes to
std::string upid;

std::string hex(std::uint64_t number) {
  char text[20];
  std::snprintf(text, sizeof text, "%08llX", static_cast<unsigned long long>(number));
  return text;
}

std::string make_upid(pid_t process, std::int64_t start, const std::string& type,
                      const std::string& id) {
  return cat("UPID:", node_name(), ":", hex(static_cast<std::uint64_t>(process)), ":",
             hex(start_ticks(process)), ":", hex(static_cast<std::uint64_t>(start)), ":", type, ":",
             id, ":root@pam:");
}

std::string active_file() { return inside(cat("tasks/active/", upid)); }

// In the worker: the exit code says how it went, the pipe says why it failed.
[[noreturn]] void run_worker(const std::function<void()>& work, int output, int reason) {
  worker = true;
  use_crlf(false);
  ::setpgid(0, 0);
  relay_output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::close(output);
  int code = 0;
  try {
    work();
    spend_latency();
    strike(fault_point::half);
    flush();
  } catch (const failure& error) {
    code = error.status == 0 ? 1 : 255;
    [[maybe_unused]] const auto size = ::write(reason, error.text.data(), error.text.size());
    try {
      flush();
    } catch (const failure&) {
      code = 255;
    }
  }
  ::_exit(code);
}

/// Kills the worker's group as a real node does; drains its output so that it can end.
void stop_worker(pid_t process, int output) {
  ::kill(-process, SIGTERM);
  const auto end = now_ns() + scaled_ms(5000) * 1'000'000;
  char part[4096];
  while (now_ns() < end)
    if (wait_readable(output, 20) && ::read(output, part, sizeof part) <= 0)
      return;
  ::kill(-process, SIGKILL);
}

/// Relays until the worker's end; returns why it was cut short, or "".
std::string relay(pid_t process, int output) {
  char part[4096];
  while (true) {
    if (!wait_readable(output, -1) && is_interrupted()) {
      stop_worker(process, output);
      return "received interrupt";
    }
    const auto size = ::read(output, part, sizeof part);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
      continue;
    if (size <= 0)
      return "";
    const std::string_view text{part, static_cast<std::size_t>(size)};
    append_text(task_file(upid), text);
    try {
      out(text);
      flush();
    } catch (const failure& error) {
      stop_worker(process, output);
      return error.text;
    }
  }
}

std::string read_reason(int reason) {
  char text[8192];
  const auto size = ::read(reason, text, sizeof text);
  std::string found(text, size > 0 ? static_cast<std::size_t>(size) : 0);
  std::replace(found.begin(), found.end(), '\n', ' ');
  return found;
}

int end_task(const std::string& error, exit_rule rule, bool exit_zero) {
  append_text(task_file(upid), cat("TASK ERROR: ", error, "\n"));
  ::unlink(active_file().c_str());
  err(cat(error, "\n"));
  return rule == exit_rule::always_zero || exit_zero ? 0 : 255;
}

} // namespace

bool is_worker() { return worker; }

void print_progress(std::string_view text) {
  out(text);
  flush();
  pollfd entry{relay_output, 0, 0};
  if (worker && ::poll(&entry, 1, 0) > 0 && (entry.revents & (POLLERR | POLLHUP)) != 0)
    pause_ms(5000);
  check_interrupted();
}

const std::string& last_upid() { return upid; }

std::string task_file(const std::string& name) { return inside(cat("tasks/", name)); }

int run_task(const std::string& type, const std::string& id, const std::function<void()>& work,
             exit_rule rule) {
  flush();
  int output[2];
  int reason[2];
  if (::pipe2(output, O_CLOEXEC) != 0 || ::pipe2(reason, O_CLOEXEC) != 0)
    throw failure{"pipe failed"};
  const auto start = now_ns() / 1'000'000'000;
  const auto process = ::fork();
  if (process < 0)
    throw failure{"fork failed"};
  if (process == 0) {
    // The worker writes its own entry, so that it is there before any work is done.
    upid = make_upid(::getpid(), start, type, id);
    write_text(active_file(), "");
    append_text(task_file(upid), "");
    run_worker(work, output[1], reason[1]);
  }
  leave_to_worker();
  ::setpgid(process, process);
  ::close(output[1]);
  ::close(reason[1]);
  upid = make_upid(process, start, type, id);
  auto cut = relay(process, output[0]);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (!cut.empty())
    return end_task(cut, exit_rule::by_status, false);
  if (WIFSIGNALED(status)) {
    // Without a last line in its log the task has an "unexpected status".
    ::unlink(active_file().c_str());
    return rule == exit_rule::always_zero ? 0 : 255;
  }
  if (WEXITSTATUS(status) != 0)
    return end_task(read_reason(reason[0]), rule, WEXITSTATUS(status) == 1);
  append_text(task_file(upid), "TASK OK\n");
  ::unlink(active_file().c_str());
  return 0;
}

} // namespace cloudpods::node_sim
