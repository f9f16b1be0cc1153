#include "node_sim/system.hpp"

#include "node_sim/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

std::string waiting;
bool crlf = false;

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR)
      return false;
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

} // namespace

void out(std::string_view text) {
  for (const char c : text) {
    if (crlf && c == '\n')
      waiting += '\r';
    waiting += c;
  }
}

void err(std::string_view text) {
  flush();
  write_all(STDERR_FILENO, text);
}

void flush() {
  const auto text = std::move(waiting);
  waiting.clear();
  if (!write_all(STDOUT_FILENO, text))
    throw failure{"broken pipe"};
}

void use_crlf(bool wanted) { crlf = wanted; }

std::optional<std::string> read_text(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return std::nullopt;
  std::string text;
  char part[16384];
  ssize_t count = 0;
  while ((count = ::read(file, part, sizeof part)) > 0)
    text.append(part, static_cast<std::size_t>(count));
  ::close(file);
  return count < 0 ? std::nullopt : std::optional{std::move(text)};
}

void write_text(const std::string& path, std::string_view text) {
  const auto slash = path.rfind('/');
  const auto temporary =
      cat(path.substr(0, slash + 1), ".", path.substr(slash + 1), ".", ::getpid());
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const bool good = file >= 0 && write_all(file, text);
  const int error = errno;
  if (file >= 0)
    ::close(file);
  if (!good || ::rename(temporary.c_str(), path.c_str()) != 0)
    throw failure{cat("unable to write '", path, "' - ", std::strerror(error))};
}

void append_text(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0)
    return;
  write_all(file, text);
  ::close(file);
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void make_folders(const std::string& path) {
  for (auto slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1))
    ::mkdir(path.substr(0, slash).c_str(), 0755);
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST)
    throw failure{cat("unable to create '", path, "' - ", std::strerror(errno))};
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  if (DIR* open = ::opendir(folder.c_str())) {
    while (const auto* entry = ::readdir(open))
      if (entry->d_name[0] != '.')
        names.emplace_back(entry->d_name);
    ::closedir(open);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string random_hex(std::size_t digits) {
  static constexpr char names[] = "0123456789ABCDEF";
  std::string text(digits, '0');
  if (::getrandom(text.data(), text.size(), 0) < 0)
    throw failure{"no random bytes"};
  for (auto& c : text)
    c = names[static_cast<unsigned char>(c) & 15];
  return text;
}

std::string read_input() {
  std::string text;
  char part[16384];
  ssize_t count = 0;
  while ((count = ::read(STDIN_FILENO, part, sizeof part)) > 0)
    text.append(part, static_cast<std::size_t>(count));
  return text;
}

} // namespace cloudpods::node_sim
