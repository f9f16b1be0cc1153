#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

namespace cloudpods::ssh::test {

/// A directory that is gone with its owner.
class scratch_directory {
public:
  scratch_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ssh-room-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~scratch_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_directory(const scratch_directory&) = delete;
  scratch_directory& operator=(const scratch_directory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  // Not by its iterators: they throw where a process ends while its folder of /proc is read.
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

inline void write_file(const std::filesystem::path& file, const std::string& text,
                       bool is_program = false) {
  std::ofstream{file, std::ios::binary} << text;
  if (is_program)
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
}

struct shell_end {
  int status = -1;
  std::string out;
  std::string err;
};

/// A line that runs in a real shell, with HOME where it is told, as sshd would run it.
class running_shell {
public:
  running_shell(const std::string& line, const std::filesystem::path& home,
                const std::string& shell = "/bin/sh") {
    std::array<int, 2> in{}, out{}, err{};
    if (::pipe2(in.data(), O_CLOEXEC) || ::pipe2(out.data(), O_CLOEXEC) ||
        ::pipe2(err.data(), O_CLOEXEC))
      std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(in[0], 0);
      ::dup2(out[1], 1);
      ::dup2(err[1], 2);
      ::setenv("HOME", home.c_str(), 1);
      const auto path = home.string() + "/bin:/usr/bin:/bin";
      ::setenv("PATH", path.c_str(), 1);
      ::execl(shell.c_str(), shell.c_str(), "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    ::close(err[1]);
    in_ = in[1];
    out_ = out[0];
    err_ = err[0];
  }
  ~running_shell() {
    close_input();
    for (const auto each : {out_, err_})
      if (each >= 0)
        ::close(each);
    if (pid_ > 0)
      ::waitpid(pid_, nullptr, 0);
  }
  running_shell(const running_shell&) = delete;
  running_shell& operator=(const running_shell&) = delete;

  void give(const std::string& input) {
    for (std::size_t sent = 0; sent < input.size();) {
      const auto count = ::write(in_, input.data() + sent, input.size() - sent);
      if (count <= 0)
        break;
      sent += static_cast<std::size_t>(count);
    }
    close_input();
  }

  /// Nobody reads any more, as when a channel dies.
  void abandon() {
    close_input();
    ::close(std::exchange(out_, -1));
    ::close(std::exchange(err_, -1));
  }

  shell_end finish() {
    close_input();
    shell_end end;
    std::array<pollfd, 2> both{pollfd{out_, POLLIN, 0}, pollfd{err_, POLLIN, 0}};
    std::array<std::string*, 2> texts{&end.out, &end.err};
    while (both[0].fd >= 0 || both[1].fd >= 0) {
      ::poll(both.data(), both.size(), -1);
      for (std::size_t i = 0; i < both.size(); ++i) {
        if (both[i].fd < 0 || both[i].revents == 0)
          continue;
        std::array<char, 65536> bytes{};
        const auto count = ::read(both[i].fd, bytes.data(), bytes.size());
        if (count > 0)
          texts[i]->append(bytes.data(), static_cast<std::size_t>(count));
        else
          both[i].fd = -1;
      }
    }
    ::waitpid(std::exchange(pid_, -1), &end.status, 0);
    return end;
  }

private:
  void close_input() {
    if (in_ >= 0)
      ::close(std::exchange(in_, -1));
  }

  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
};

} // namespace cloudpods::ssh::test
