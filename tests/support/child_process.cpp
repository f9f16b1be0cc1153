#include "support/child_process.hpp"

#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

extern char** environ;

namespace cloudpods::support {

namespace {

/// Everything the child needs, made before the fork: after it no memory may be asked for.
struct prepared {
  std::vector<char*> argv;
  std::vector<std::string> environment_texts;
  std::vector<char*> environment;
  const passwd* user = nullptr;
  const char* input = "/dev/null";
  const char* output = nullptr;
  const char* error = nullptr;
  const char* folder = nullptr;
};

prepared prepare(const child_order& order) {
  prepared ready;
  for (const auto& word : order.argv)
    ready.argv.push_back(const_cast<char*>(word.c_str()));
  ready.argv.push_back(nullptr);
  for (char** entry = environ; *entry; ++entry) {
    const std::string text{*entry};
    if (!order.environment.contains(text.substr(0, text.find('='))))
      ready.environment_texts.push_back(text);
  }
  for (const auto& [name, value] : order.environment)
    ready.environment_texts.push_back(name + '=' + value);
  for (auto& text : ready.environment_texts)
    ready.environment.push_back(text.data());
  ready.environment.push_back(nullptr);
  if (!order.user.empty() && !(ready.user = ::getpwnam(order.user.c_str())))
    throw std::runtime_error{"no system user " + order.user};
  if (!order.input.empty())
    ready.input = order.input.c_str();
  if (!order.output.empty())
    ready.output = ready.error = order.output.c_str();
  if (!order.folder.empty())
    ready.folder = order.folder.c_str();
  return ready;
}

bool become(const passwd& user) {
  return ::setgroups(1, &user.pw_gid) == 0 && ::setgid(user.pw_gid) == 0 &&
         ::setuid(user.pw_uid) == 0;
}

void open_as(const char* path, int flags, int target) {
  const int file = ::open(path, flags, 0644);
  if (file < 0)
    ::_exit(126);
  ::dup2(file, target);
  if (file != target)
    ::close(file);
}

[[noreturn]] void become_program(const prepared& ready, pid_t parent) {
  ::setpgid(0, 0);
  open_as(ready.input, O_RDONLY, STDIN_FILENO);
  if (ready.output)
    open_as(ready.output, O_WRONLY | O_CREAT | O_APPEND, STDOUT_FILENO);
  if (ready.error)
    open_as(ready.error, O_WRONLY | O_CREAT | O_APPEND, STDERR_FILENO);
  if (ready.folder && ::chdir(ready.folder) != 0)
    ::_exit(126);
  if (ready.user && !become(*ready.user))
    ::_exit(126);
  // After the change of user, which clears it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent)
    ::_exit(126);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvpe(ready.argv[0], ready.argv.data(), ready.environment.data());
  ::_exit(127);
}

pid_t start_program(const prepared& ready) {
  const auto parent = ::getpid();
  const auto child = ::fork();
  if (child < 0)
    throw std::system_error{errno, std::generic_category(), "fork"};
  if (child == 0)
    become_program(ready, parent);
  ::setpgid(child, child);
  return child;
}

} // namespace

child_process::child_process(pid_t pid, std::filesystem::path output)
    : pid_{pid}, output_{std::move(output)} {}

child_process child_process::start(const child_order& order) {
  return {start_program(prepare(order)), order.output};
}

child_process::child_process(child_process&& other) noexcept
    : pid_{std::exchange(other.pid_, -1)}, output_{std::move(other.output_)}, end_{other.end_} {}

child_process& child_process::operator=(child_process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(output_, other.output_);
  std::swap(end_, other.end_);
  return *this;
}

child_process::~child_process() {
  if (pid_ < 0)
    return;
  signal_group(SIGKILL);
  if (!end_)
    ::waitpid(pid_, nullptr, 0);
}

void child_process::signal(int number) const {
  if (!end_)
    ::kill(pid_, number);
}

void child_process::signal_group(int number) const { ::kill(-pid_, number); }

std::optional<child_end> child_process::wait_exit(std::chrono::milliseconds limit) {
  if (end_)
    return end_;
  const auto file = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd entry{file, POLLIN, 0};
  const int ready = ::poll(&entry, 1, static_cast<int>(limit.count()));
  ::close(file);
  if (ready <= 0)
    return std::nullopt;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  end_ = WIFEXITED(status) ? child_end{WEXITSTATUS(status), 0} : child_end{-1, WTERMSIG(status)};
  return end_;
}

std::optional<std::string> child_process::wait_for_line(const std::string& text,
                                                        std::chrono::milliseconds limit) {
  std::optional<std::string> found;
  wait_for_change(
      {output_.parent_path()},
      [&] {
        const auto all = read_file(output_);
        const auto place = all.find(text);
        const auto end = place == all.npos ? all.npos : all.find('\n', place);
        if (end != all.npos) {
          const auto begin = all.rfind('\n', place) + 1;
          found = all.substr(begin, end - begin);
        }
        return found.has_value() || !is_running();
      },
      limit);
  return found;
}

bool child_process::is_running() { return !wait_exit(std::chrono::milliseconds{0}); }

std::string child_process::output() const { return read_file(output_); }

finished run_program(const std::vector<std::string>& argv, std::string_view input,
                     std::chrono::milliseconds limit) {
  const temporary_folder folder{"run"};
  const auto in = folder.path() / "in";
  const auto out = folder.path() / "out";
  const auto err = folder.path() / "err";
  write_file(in, input);
  const child_order order{argv, {}, {}, in, {}, {}};
  auto ready = prepare(order);
  ready.output = out.c_str();
  ready.error = err.c_str();
  const auto pid = start_program(ready);
  const auto file = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  pollfd entry{file, POLLIN, 0};
  if (::poll(&entry, 1, static_cast<int>(limit.count())) <= 0)
    ::kill(-pid, SIGKILL);
  ::close(file);
  int status = 0;
  ::waitpid(pid, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0,
          read_file(out), read_file(err)};
}

} // namespace cloudpods::support
