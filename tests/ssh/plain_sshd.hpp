#pragma once

#include <arpa/inet.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "ssh/shell.hpp"

namespace cloudpods::ssh::test {

/// An sshd of our own: this user, one key, a free port, its own HOME and PATH for what it runs.
class plain_sshd {
public:
  plain_sshd() {
    // What ssh-keygen writes is as sshd wants it; sshd as root needs its empty directory.
    if (::geteuid() == 0)
      std::filesystem::create_directories("/run/sshd");
    make_key("host_key", "ed25519");
    make_key("other_host_key", "ed25519");
    make_key("user_key", "ed25519");
    make_key("rsa_key", "rsa -b 2048");
    std::filesystem::copy_file(file("user_key.pub"), file("authorized_keys"));
    std::filesystem::create_directories(home() / "bin");
    start();
  }
  ~plain_sshd() { stop(); }
  plain_sshd(const plain_sshd&) = delete;
  plain_sshd& operator=(const plain_sshd&) = delete;

  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return directory_.path() / name;
  }
  [[nodiscard]] std::filesystem::path home() const { return file("home"); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] static std::string user() { return ::getpwuid(::geteuid())->pw_name; }

  void pin(const std::string& key = "host_key") const {
    const auto line = content_of(file(key + ".pub"));
    write_file(file("known_hosts"), "[127.0.0.1]:" + std::to_string(port_) + " " + line);
  }

  void start(const std::string& host_key = "host_key") {
    if (port_ == 0)
      port_ = free_port();
    write_file(
        file("sshd_config"),
        "ListenAddress 127.0.0.1\nPort " + std::to_string(port_) + "\nHostKey " +
            file(host_key).string() + "\nAuthorizedKeysFile " + file("authorized_keys").string() +
            "\nPidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n"
            "PermitRootLogin yes\nSetEnv HOME=" +
            home().string() + " PATH=" + home().string() + "/bin:/usr/bin:/bin:/usr/sbin:/sbin\n");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::setpgid(0, 0);
      const auto config = file("sshd_config").string();
      const auto log = file("sshd.log").string();
      ::execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-f", config.c_str(), "-E", log.c_str(),
              nullptr);
      ::_exit(127);
    }
    for (int i = 0; i < 500 && !answers(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }

  /// Ends the listener only; connections live on in processes of their own.
  void stop() {
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      ::waitpid(pid_, nullptr, 0);
    }
    pid_ = -1;
  }

  /// Ends every connection hard, what they started goes on.
  void cut_connections() const {
    const auto mine = std::to_string(pid_);
    for (const auto& each : std::filesystem::directory_iterator{"/proc"}) {
      const auto name = each.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos)
        continue;
      const auto stat = content_of(each.path() / "stat");
      const auto close = stat.rfind(") ");
      if (close != std::string::npos && stat.substr(close + 4).starts_with(mine + " "))
        ::kill(std::stoi(name), SIGKILL);
    }
  }

private:
  void make_key(const std::string& name, const std::string& type) const {
    const auto command =
        "ssh-keygen -q -N '' -t " + type + " -f '" + file(name).string() + "' </dev/null";
    if (std::system(command.c_str()) != 0)
      throw std::runtime_error("ssh-keygen failed");
  }

  static int dial(std::uint16_t port) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int code =
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(descriptor);
    return code;
  }

  [[nodiscard]] bool answers() const { return dial(port_) == 0; }

  static std::uint16_t free_port() {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size);
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(descriptor);
    return ntohs(address.sin_port);
  }

  scratch_directory directory_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
};

} // namespace cloudpods::ssh::test
