#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/node_settings.hpp"
#include "config/server_settings.hpp"
#include "config/work_settings.hpp"
#include "domain/catalogue.hpp"

namespace cloudpods::config {

/// The whole configuration (contract 3), checked. What is sold and what decisions go by (plans,
/// blueprints, pools, `[defaults]`, `[quota]`, `[scripts]`) is the `catalogue`.
struct settings {
  http_settings http;
  auth_settings auth;
  postgres_settings postgres;
  ssh_settings ssh;
  std::vector<node_settings> nodes;
  rate_limit_settings rate_limit;
  job_settings jobs;
  health_settings health;
  reconcile_settings reconcile;
  webhook_settings webhooks;
  backup_settings backup;
  focalpilot_settings focalpilot;
  std::map<std::string, std::vector<std::string>, std::less<>> post_create;
  log_settings log;
  domain::catalogue catalogue;
  config::proxmox_variables proxmox_variables;
};

} // namespace cloudpods::config
