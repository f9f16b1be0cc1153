#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "config/fault.hpp"
#include "config/secret.hpp"
#include "domain/ids.hpp"
#include "domain/words.hpp"

/// Contract 3: the sections about Proxmox hosts and the way to them.
namespace cloudpods::config {

enum class host_key_policy { strict, accept_new };

/// `[ssh]`
struct ssh_settings {
  std::string user = "mpanel-automation";
  std::filesystem::path private_key_file;
  place private_key_place; ///< where the file is named
  secret private_key;      ///< its content; empty where no node is configured
  std::filesystem::path known_hosts_file;
  place known_hosts_place; ///< where the file is named
  config::host_key_policy host_keys = config::host_key_policy::strict;
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds keepalive{15};
  bool sudo = true;
};

/// `[[nodes]]`
struct node_settings {
  domain::node_name name;
  std::string host;
  std::uint16_t port = 22;
  std::string region; ///< `[defaults] region` where the file names none
  int max_concurrency = 8;
  int storage_concurrency = 1;
  int max_connections = 2;
  std::string work_dir = ".cloudpods";
  std::string pool = "ClientPods";                         ///< "": none
  domain::storage_name snippets_storage;                   ///< "": `userData` is refused
  std::string log_file = "/var/log/migra-cloudpods.log";   ///< "": not read
  std::string ipam_file = "/etc/migra/ipam-cloudpods.txt"; ///< "": none
};

/// Which of `PROXMOX_*` had a say (contract 3), for the start-up log.
struct proxmox_variables {
  std::vector<std::string> used;
  std::vector<std::string> ignored;
};

} // namespace cloudpods::config

template <>
struct cloudpods::domain::words<cloudpods::config::host_key_policy> {
  static constexpr auto values = word_list("strict", "accept-new");
};
