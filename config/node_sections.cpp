#include "config/key_file.hpp"
#include "config/keys.hpp"
#include "config/sections.hpp"

namespace cloudpods::config {

namespace {

void private_key(ssh_settings& into, const found_value& found) {
  into.private_key_file = file_path(found);
  into.private_key_place = found.value.where;
  if (into.private_key_file.empty())
    return;
  auto content = file_content(found);
  if (content.empty())
    return;
  if (const auto why = private_key_problem(content); !why.empty())
    found.refuse(std::string{why});
  into.private_key = secret{std::move(content)};
}

void known_hosts(ssh_settings& into, const found_value& found) {
  into.known_hosts_file = file_path(found);
  into.known_hosts_place = found.value.where;
}

keys<ssh_settings> ssh_keys() {
  using section = ssh_settings;
  return {
      text<section>("user", &section::user, user_name),
      {"private_key_file", private_key},
      {"known_hosts_file", known_hosts},
      word<section>("host_key_policy", &section::host_keys),
      whole<section>("connect_timeout_s", &section::connect_timeout, {1, 300}),
      whole<section>("keepalive_s", &section::keepalive, {1, 3600}),
      flag<section>("sudo", &section::sudo),
  };
}

keys<node_settings> node_keys() {
  using section = node_settings;
  return {
      required(text<section>(
          "name", [](section & node) -> auto& { return node.name.value; }, node_label)),
      required(text<section>("host", &section::host, host_name)),
      whole<section>("port", &section::port, {1, 65535}),
      text<section>("region", &section::region, plain_word),
      whole<section>("max_concurrency", &section::max_concurrency, {1, 256}),
      whole<section>("storage_concurrency", &section::storage_concurrency, {1, 64}),
      whole<section>("max_connections", &section::max_connections, {1, 10}),
      text<section>("work_dir", &section::work_dir, folder_on_node),
      text<section>("pool", &section::pool, plain_word_or_empty),
      text<section>(
          "snippets_storage", [](section & node) -> auto& { return node.snippets_storage.value; },
          plain_word_or_empty),
      text<section>("log_file", &section::log_file, absolute_path_or_empty),
      text<section>("ipam_file", &section::ipam_file, absolute_path_or_empty),
  };
}

/// A node can be reached only with a key of ours, and is believed only with one of its own.
void check_ssh(report& faults, const ssh_settings& ssh) {
  if (!faults.sets("ssh.private_key_file") && ssh.private_key.empty())
    faults.add("ssh.private_key_file", {}, "is required where there are nodes");
  const auto& known_hosts = ssh.known_hosts_file;
  if (!faults.sets("ssh.known_hosts_file"))
    return faults.add("ssh.known_hosts_file", {}, "is required where there are nodes");
  if (known_hosts.empty())
    return; // said already
  const auto shown = '"' + known_hosts.string() + '"';
  std::error_code ignored;
  const auto folder = known_hosts.parent_path();
  if (ssh.host_keys == host_key_policy::accept_new &&
      !std::filesystem::exists(known_hosts, ignored)) {
    if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
      faults.add("ssh.known_hosts_file", shown, "its folder does not exist");
  } else if (const auto content = content_of(known_hosts); !content) {
    faults.add("ssh.known_hosts_file", shown, content.error());
  }
}

} // namespace

void read_nodes(reading& context, settings& into) {
  read_section(context, "ssh", ssh_keys(), into.ssh);
  node_settings standard;
  standard.region = into.catalogue.default_region;
  into.nodes = read_list(context, "nodes", node_keys(), standard);
  read_proxmox_variables(context, into);
  if (!into.nodes.empty())
    check_ssh(context.faults, into.ssh);
  for (const auto& each : into.nodes)
    into.catalogue.nodes.push_back(
        {each.name, each.region, each.pool, each.snippets_storage, each.ipam_file});
}

} // namespace cloudpods::config
