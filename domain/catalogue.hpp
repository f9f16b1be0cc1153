#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"
#include "domain/plan_snapshot.hpp"
#include "domain/quota.hpp"
#include "domain/words.hpp"

namespace cloudpods::domain {

enum class guest_kind { vm, ct };

template <>
struct words<guest_kind> {
  static constexpr auto values = word_list("vm", "ct");
};

/// The size a pod is sold in (contract 1, 3).
struct plan {
  plan_code code;
  std::vector<std::string> aliases;
  std::string name;
  std::string description;
  /// In hundredths of the currency's unit.
  std::int64_t price_monthly_cents = 0;
  std::int64_t vcpu = 1;
  std::int64_t ram_mb = 512;
  std::int64_t storage_gb = 1;
  std::int64_t swap_mb = 0;
  std::optional<std::int64_t> bandwidth_gb; ///< absent: unmetered
  std::optional<std::int64_t> max_pods_per_tenant;
  std::string billing_product_id;
  std::string backup_policy;
  bool is_active = true;
};

/// The tier a tenant subscribes to: quota defaults (contract 1, 3).
struct tenant_plan {
  std::string id;
  std::string slug;
  std::string name;
  std::string description;
  limits limit;
  std::string backup_policy;
};

/// How a guest is built on Proxmox (contract 3, `[[blueprints]]` of kind `template`).
struct blueprint {
  blueprint_code code;
  std::string name;
  std::string description;
  guest_kind guest = guest_kind::vm;
  vmid template_vmid = 0;
  std::vector<node_name> nodes;
  std::int64_t min_disk_gb = 1;
  node_name default_node;
  storage_name storage;
  std::string bridge;
  std::string disk;
  std::string ci_user;
  std::string cloud_init_profile;
  bool is_active = true;
};

/// Addresses that pods get (contract 3, `[[ip_pools]]`); IPv4 as host-order numbers.
struct ip_pool {
  std::string region;
  std::uint32_t network = 0;
  int prefix_length = 24;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t gateway = 0;
  std::string nameserver;
};

/// What placement and commands need to know of a Proxmox host (contract 3, `[[nodes]]`).
struct node_description {
  node_name name;
  std::string region;
  std::string pool;
  storage_name snippets_storage;
  std::string ipam_file;
};

/// Inclusive.
struct vmid_range {
  vmid first = 0;
  vmid last = 0;
};

/// argv templates of the node's scripts (contract 3, `[scripts]`).
struct script_templates {
  std::vector<std::string> ct_create;
  std::vector<std::string> ct_destroy;
  std::vector<std::string> ct_backup;
  std::vector<std::string> ct_health;
  std::vector<std::string> ct_scale;
  std::vector<std::string> ct_resize;
};

/// Whether containers get their address from our pools or from the node's script.
enum class ct_address_source { pool, script };

template <>
struct words<ct_address_source> {
  static constexpr auto values = word_list("pool", "script");
};

/// `[[backup_policies]]`: kept is what either rule keeps (contract 3, 19).
struct backup_policy {
  std::string name;
  std::int64_t every_hours = 168;
  std::int64_t keep_last = 2;
  std::int64_t keep_days = 14;
};

/// Everything that is sold and everything a decision needs to know of the installation.
/// Immutable once made; a reload makes a new one.
struct catalogue {
  std::vector<plan> plans;
  std::vector<tenant_plan> tenant_plans;
  std::vector<blueprint> blueprints;
  std::vector<ip_pool> ip_pools;
  std::vector<node_description> nodes;
  script_templates scripts;
  /// `[post_create]`: argv templates by name (contract 15).
  std::map<std::string, std::vector<std::string>, std::less<>> post_create;
  limits default_limits;
  std::string default_region;
  blueprint_code default_blueprint;
  storage_name backup_storage{"vzdump-backups"};
  std::vector<backup_policy> backup_policies;
  storage_name ct_storage;
  std::string ct_bridge;
  std::int64_t ct_cores = 2;
  std::int64_t ct_memory_mb = 2048;
  std::int64_t ct_swap_mb = 512;
  std::int64_t ct_disk_gb = 8;
  ct_address_source ct_ip = ct_address_source::script;
  vmid ct_template_vmid = 9000;
  std::int64_t quarantine_s = 3600;
  vmid_range vmids{100000, 199999};
  std::vector<vmid_range> protected_vmids;

  /// By code or alias, case folded; null where there is none. Inactive ones are found too.
  [[nodiscard]] const plan* find_plan(std::string_view code_or_alias) const;
  [[nodiscard]] const blueprint* find_blueprint(std::string_view code) const;
  [[nodiscard]] const node_description* find_node(const node_name& name) const;
  [[nodiscard]] const tenant_plan* find_tenant_plan(std::string_view id) const;
  [[nodiscard]] const backup_policy* find_backup_policy(std::string_view name) const;
  [[nodiscard]] const ip_pool* find_pool(std::string_view region) const;
};

/// What is written into the log of a plan when it is sold.
plan_snapshot snapshot_of(const plan& sold);

/// Dotted quad of a host-order IPv4 number.
std::string ipv4_text(std::uint32_t address);

/// Host-order number of a dotted quad; nothing where `text` is none (no leading zeros, no blanks).
std::optional<std::uint32_t> ipv4_from_text(std::string_view text);

} // namespace cloudpods::domain
