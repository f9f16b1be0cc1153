#pragma once

#include "config/section.hpp"
#include "config/settings.hpp"

/// Inside the room: the parts of one reading, in the order in which `load()` calls them.
namespace cloudpods::config {

/// `[http]`, `[auth]`, `[postgres]`, `[log]`.
void read_server(reading& context, settings& into);

/// `[auth]` with its tables.
void read_auth(reading& context, auth_settings& into);

/// `[rate_limit]`, `[jobs]`, `[health]`, `[reconcile]`, `[webhooks]`, `[backup]`,
/// `[[backup_policies]]`, `[focalpilot]`, `[post_create]`.
void read_work(reading& context, settings& into);

/// `[defaults]`, `[quota]`, `[[plans]]`, `[[tenant_plans]]`, `[[blueprints]]`, `[[ip_pools]]`,
/// `[scripts]`.
void read_catalogue(reading& context, settings& into);

/// `[ssh]`, `[[nodes]]`, and `PROXMOX_*` where the file names no node. After the catalogue, for the
/// region that is the default.
void read_nodes(reading& context, settings& into);

/// Adds a node and the way to it from `PROXMOX_*` (contract 3).
void read_proxmox_variables(reading& context, settings& into);

/// Rules over several keys: references to nothing, duplicates, vmids.
void check_catalogue(report& faults, const settings& all);

/// Rules over address pools.
void check_networks(report& faults, const settings& all);

} // namespace cloudpods::config
