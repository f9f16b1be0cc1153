#include "daemon/ssh_faults.hpp"

#include "ssh/host_key.hpp"

namespace cloudpods::daemon {

namespace {

std::string quoted(const std::filesystem::path& file) { return '"' + file.string() + '"'; }

std::string scan_of(const config::node_settings& node) {
  const auto port = node.port == 22 ? std::string{} : " -p " + std::to_string(node.port);
  return "ssh-keyscan -t ed25519" + port + " " + node.host;
}

void check_private_key(const config::ssh_settings& from, std::vector<config::fault>& faults) {
  using std::filesystem::perms;
  std::error_code fault;
  const auto mode = std::filesystem::status(from.private_key_file, fault).permissions();
  if (!fault && (mode & (perms::others_read | perms::others_write)) != perms::none)
    faults.push_back({from.private_key_place, "ssh.private_key_file", quoted(from.private_key_file),
                      "may be read or written by every user of this machine: chmod 600"});
}

void check_known_hosts(const config::settings& from, std::vector<config::fault>& faults) {
  const auto& file = from.ssh.known_hosts_file;
  const auto tell = [&](std::string sentence) {
    faults.push_back(
        {from.ssh.known_hosts_place, "ssh.known_hosts_file", quoted(file), std::move(sentence)});
  };
  const auto text = ssh::text_of(file);
  if (!text)
    return tell(text.error());
  const ssh::known_hosts hosts{*text};
  for (const auto line : hosts.unreadable_lines())
    tell("line " + std::to_string(line) + " is no line of a known_hosts file: HOST TYPE KEY");
  if (from.ssh.host_keys == config::host_key_policy::accept_new)
    return;
  for (const auto& node : from.nodes)
    if (!hosts.knows(node.host, node.port))
      tell(
          (hosts.is_empty() ? "holds no host key, so also none" : "holds no Ed25519 or ECDSA key") +
          std::string{" of "} + node.name.value + ": append what `" + scan_of(node) +
          "` says, once it is compared");
}

} // namespace

std::vector<config::fault> ssh_faults(const config::settings& from) {
  std::vector<config::fault> faults;
  if (from.nodes.empty())
    return faults;
  check_private_key(from.ssh, faults);
  check_known_hosts(from, faults);
  return faults;
}

} // namespace cloudpods::daemon
