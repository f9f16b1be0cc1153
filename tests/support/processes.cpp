#include "support/processes.hpp"

#include "support/files.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <netinet/in.h>
#include <pwd.h>
#include <sstream>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace cloudpods::support {

namespace {

/// Returns whether there was any.
template <class Wanted>
bool kill_all(Wanted wanted) {
  bool found = false;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", error}) {
    const auto name = entry.path().filename().string();
    pid_t process = 0;
    const auto end = name.data() + name.size();
    if (std::from_chars(name.data(), end, process).ptr != end || process == ::getpid())
      continue;
    if (!wanted(entry.path()))
      continue;
    ::kill(process, SIGKILL);
    found = true;
  }
  return found;
}

} // namespace

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool good = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  const int error = errno;
  ::close(socket);
  if (!good)
    throw std::system_error{error, std::generic_category(), "no free port"};
  return ::ntohs(address.sin_port);
}

std::string user_name() {
  const auto* user = ::getpwuid(::geteuid());
  return user ? user->pw_name : "root";
}

bool kill_children_of(pid_t parent) {
  return kill_all([parent](const std::filesystem::path& process) {
    const auto text = read_file(process / "stat");
    std::istringstream fields{text.substr(std::min(text.size(), text.rfind(')') + 1))};
    std::string state;
    pid_t of = 0;
    return fields >> state >> of && of == parent && state != "Z";
  });
}

void kill_with_environment(const std::string& wanted) {
  kill_all([&](const std::filesystem::path& process) {
    const auto text = '\0' + read_file(process / "environ");
    return text.find('\0' + wanted + '\0') != text.npos;
  });
}

} // namespace cloudpods::support
