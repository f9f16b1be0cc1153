#pragma once

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cloudpods::support {

/// Where in a command a fault strikes.
enum class strike { before, half, after };

/// What goes wrong in commands whose whole line fits the shell pattern.
struct node_fault {
  std::string pattern; ///< "qm clone*"
  std::string kind;    ///< fail hang drop die locale banner crlf progress garbage
  strike when = strike::before;
  int times = 1;  ///< negative: always
  int skip = 0;   ///< fitting commands that pass unharmed first
  int exit = 255; ///< of "fail"; 0: it failed and says it did not
  std::string text = {};
  std::string name = {}; ///< of "hang", for wait_hanging() and release()
};

/// A guest as the node's files hold it.
struct node_guest {
  int vmid = 0;
  std::string type; ///< "qemu" or "lxc"
  bool running = false;
  std::string address; ///< with its prefix length
  std::map<std::string, std::string> config;
};

/// A command that ended.
struct node_command {
  std::vector<std::string> argv;
  std::int64_t start_ns = 0;
  std::int64_t end_ns = 0;
  int exit = 0;

  std::string line() const;
};

/// Two changing commands at once on one guest.
struct node_overlap {
  int vmid = 0;
  std::vector<std::string> command;
  std::vector<std::string> other;
};

/// A Proxmox node "pve1" made of files, behind a real sshd on a free loopback port: VM template
/// 9100, CT template 9000 (8 GiB each, on clients-main), storages clients-main, vzdump-backups
/// and local, pool ClientPods. What tests/node_sim/README.md says of its folder holds here.
class simulated_node {
public:
  enum class host_key { keep, change };

  /// In a temporary folder.
  simulated_node();
  /// In a folder that stays; a node that is there already is taken up again.
  /// Port 0: any free one.
  explicit simulated_node(std::filesystem::path folder, std::uint16_t port = 0);
  simulated_node(const simulated_node&) = delete;
  ~simulated_node();

  // The connection.
  void start_sshd();
  void stop_sshd();
  void restart_sshd(host_key key = host_key::keep);
  /// Kills the sessions that are open; sshd goes on.
  void kill_connections() const;

  // How it behaves.
  void add_fault(const node_fault& fault) const;
  void clear_faults() const;
  /// How long commands take whose line fits the pattern; the newest rule is asked first.
  void set_latency(const std::string& pattern, std::chrono::milliseconds time) const;
  void clear_latency() const;
  /// A line of its settings, such as "wait_percent" or "agent_delay_ms".
  void set(const std::string& name, const std::string& value) const;
  void set_guest(int vmid, const std::string& name, const std::string& value) const;
  void set_storage(const std::string& id, const std::string& name, const std::string& value) const;
  /// Lets a hanging command go on.
  void release(const std::string& name) const;
  /// Allows only what fits one of the patterns to sudo.
  void restrict_sudo(const std::vector<std::string>& patterns) const;
  /// Empties trace and overlaps.
  void forget_commands() const;

  // What happened.
  std::optional<node_guest> guest(int vmid) const;
  std::vector<node_guest> guests() const;
  /// Volumes of a storage by name, with their sizes.
  std::map<std::string, std::uint64_t> volumes(const std::string& storage) const;
  std::vector<node_command> trace() const;
  std::vector<node_overlap> overlaps() const;
  std::vector<std::string> ipam() const;
  /// Waits until the predicate is true, asking anew after each change on the node.
  bool wait_until(const std::function<bool()>& predicate,
                  std::chrono::milliseconds limit = std::chrono::seconds{10}) const;
  bool wait_hanging(const std::string& name) const;

  // The way in.
  /// Runs a shell line on the node with the OpenSSH client.
  finished ssh(const std::string& command, std::string_view input = {}) const;
  /// The words of that client up to the command.
  std::vector<std::string> ssh_words() const;
  /// Runs a command of the node without a connection.
  finished run(const std::vector<std::string>& argv) const;

  std::string host() const { return "127.0.0.1"; }
  std::uint16_t port() const noexcept { return port_; }
  std::string user() const;
  std::filesystem::path key_file() const { return root_ / "sshd" / "client_key"; }
  std::filesystem::path known_hosts_file() const { return root_ / "sshd" / "known_hosts"; }
  std::filesystem::path home() const { return root_ / "home"; }
  const std::filesystem::path& root() const noexcept { return root_; }

private:
  void make_keys();
  void make_host_key() const;
  void write_sshd_config() const;
  void admin(std::vector<std::string> words) const;

  std::optional<temporary_folder> folder_;
  std::filesystem::path root_;
  std::uint16_t port_ = 0;
  std::optional<child_process> sshd_;
};

} // namespace cloudpods::support
