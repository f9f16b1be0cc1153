#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <csignal>
#include <sys/types.h>

namespace cloudpods::support {

/// How a program is started.
struct child_order {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment; ///< added to ours
  std::filesystem::path output;                   ///< both streams are appended; empty: ours
  std::filesystem::path input;                    ///< empty: none
  std::string user;                               ///< a system user to become; empty: ours
  std::filesystem::path folder;                   ///< to work in; empty: ours
};

/// How a program ended.
struct child_end {
  int code = 0; ///< its exit code, -1 if a signal ended it
  int signal = 0;
};

/// A program in a process group of its own. It gets SIGKILL when this object or the thread that
/// started it goes away.
class child_process {
public:
  static child_process start(const child_order& order);

  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&& other) noexcept;
  ~child_process();

  void signal(int number) const;
  void signal_group(int number) const;
  /// Waits for its end; nothing if it still runs after `limit`.
  std::optional<child_end> wait_exit(std::chrono::milliseconds limit);
  /// Waits for a line of its output that holds `text`, and returns it.
  std::optional<std::string> wait_for_line(const std::string& text,
                                           std::chrono::milliseconds limit);

  pid_t pid() const noexcept { return pid_; }
  bool is_running();
  std::string output() const;

private:
  child_process(pid_t pid, std::filesystem::path output);

  pid_t pid_ = -1;
  std::filesystem::path output_;
  std::optional<child_end> end_;
};

/// What a program that ran to its end left behind.
struct finished {
  int code = -1;
  int signal = 0;
  std::string out;
  std::string err;
};

/// Runs a program to its end with separate streams; it is killed after `limit`.
finished run_program(const std::vector<std::string>& argv, std::string_view input = {},
                     std::chrono::milliseconds limit = std::chrono::seconds{30});

} // namespace cloudpods::support
