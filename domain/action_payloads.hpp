#pragma once

#include "domain/action_parameters.hpp"
#include "domain/event_payloads.hpp"

// The facts of contract 9 about a pod that lives, and what its tenant and operators do to it.

namespace cloudpods::domain {

/// The pod's size as it is from here on.
struct pod_scaled {
  pod_size from;
  pod_size to;
  std::optional<domain::plan_snapshot> snapshot; ///< where it is another plan's from here on
  bool pending_reboot = false;                   ///< cores and memory wait for a restart

  static constexpr std::string_view event_name = "pod.scaled";
  static constexpr auto fields =
      std::tuple{field{"from", &pod_scaled::from}, field{"to", &pod_scaled::to},
                 field{"planSnapshot", &pod_scaled::snapshot},
                 field{"pendingReboot", &pod_scaled::pending_reboot}};
  friend bool operator==(const pod_scaled&, const pod_scaled&) = default;
};

struct pod_power_changed {
  power_state power = power_state::unknown;
  std::optional<power_state> wanted; ///< what was asked for; absent: it was found so
  bool restarted = false;            ///< no change waits for a restart any more

  static constexpr std::string_view event_name = "pod.power_changed";
  static constexpr auto fields = std::tuple{field{"powerState", &pod_power_changed::power},
                                            field{"wanted", &pod_power_changed::wanted},
                                            field{"restarted", &pod_power_changed::restarted}};
  friend bool operator==(const pod_power_changed&, const pod_power_changed&) = default;
};

struct pod_backed_up {
  std::string backup;
  archive_reading archive;
  backup_mode mode = backup_mode::snapshot;
  bool by_policy = false;

  static constexpr std::string_view event_name = "pod.backed_up";
  static constexpr auto fields = std::tuple{
      field{"backupId", &pod_backed_up::backup}, field{"archive", &pod_backed_up::archive},
      field{"mode", &pod_backed_up::mode}, field{"byPolicy", &pod_backed_up::by_policy}};
  friend bool operator==(const pod_backed_up&, const pod_backed_up&) = default;
};

struct pod_backup_deleted {
  std::string backup;
  std::string reason;

  static constexpr std::string_view event_name = "pod.backup_deleted";
  static constexpr auto fields = std::tuple{field{"backupId", &pod_backup_deleted::backup},
                                            field{"reason", &pod_backup_deleted::reason}};
  friend bool operator==(const pod_backup_deleted&, const pod_backup_deleted&) = default;
};

struct pod_restored {
  std::string backup;
  power_state power = power_state::unknown;

  static constexpr std::string_view event_name = "pod.restored";
  static constexpr auto fields = std::tuple{field{"backupId", &pod_restored::backup},
                                            field{"powerState", &pod_restored::power}};
  friend bool operator==(const pod_restored&, const pod_restored&) = default;
};

struct pod_snapshot_created {
  std::string name;
  std::string description;

  static constexpr std::string_view event_name = "pod.snapshot_created";
  static constexpr auto fields =
      std::tuple{field{"name", &pod_snapshot_created::name},
                 field{"description", &pod_snapshot_created::description}};
  friend bool operator==(const pod_snapshot_created&, const pod_snapshot_created&) = default;
};

struct pod_snapshot_deleted {
  std::string name;

  static constexpr std::string_view event_name = "pod.snapshot_deleted";
  static constexpr auto fields = std::tuple{field{"name", &pod_snapshot_deleted::name}};
  friend bool operator==(const pod_snapshot_deleted&, const pod_snapshot_deleted&) = default;
};

struct pod_rolled_back {
  std::string name;
  power_state power = power_state::unknown;

  static constexpr std::string_view event_name = "pod.rolled_back";
  static constexpr auto fields = std::tuple{field{"name", &pod_rolled_back::name},
                                            field{"powerState", &pod_rolled_back::power}};
  friend bool operator==(const pod_rolled_back&, const pod_rolled_back&) = default;
};

struct pod_health_changed {
  health_reading health;

  static constexpr std::string_view event_name = "pod.health_changed";
  static constexpr auto fields = std::tuple{field{"health", &pod_health_changed::health}};
  friend bool operator==(const pod_health_changed&, const pod_health_changed&) = default;
};

/// The guest as it was read back from its node.
struct pod_synced {
  guest_reading found;
  std::optional<std::string> ip_address;

  static constexpr std::string_view event_name = "pod.synced";
  static constexpr auto fields =
      std::tuple{field{"found", &pod_synced::found}, field{"ipAddress", &pod_synced::ip_address}};
  friend bool operator==(const pod_synced&, const pod_synced&) = default;
};

struct pod_protected {
  static constexpr std::string_view event_name = "pod.protected";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const pod_protected&, const pod_protected&) = default;
};

struct pod_unprotected {
  static constexpr std::string_view event_name = "pod.unprotected";
  static constexpr std::tuple<> fields{};
  friend bool operator==(const pod_unprotected&, const pod_unprotected&) = default;
};

struct pod_suspended {
  std::string reason;

  static constexpr std::string_view event_name = "pod.suspended";
  static constexpr auto fields = std::tuple{field{"reason", &pod_suspended::reason}};
  friend bool operator==(const pod_suspended&, const pod_suspended&) = default;
};

struct pod_resumed {
  std::string reason;

  static constexpr std::string_view event_name = "pod.resumed";
  static constexpr auto fields = std::tuple{field{"reason", &pod_resumed::reason}};
  friend bool operator==(const pod_resumed&, const pod_resumed&) = default;
};

/// Who is responsible at a tenant's.
struct tenant_owner {
  std::string id;
  std::string email;
  std::string name;

  static constexpr auto fields =
      std::tuple{field{"id", &tenant_owner::id}, field{"email", &tenant_owner::email},
                 field{"name", &tenant_owner::name}};
  friend bool operator==(const tenant_owner&, const tenant_owner&) = default;
};

/// What an operator says of a tenant; it replaces what was said before.
struct tenant_updated {
  std::string name;
  std::optional<std::string> slug;
  std::optional<std::string> plan; ///< of `[[tenant_plans]]`
  std::optional<tenant_owner> owner;
  std::optional<std::string> region;

  static constexpr std::string_view event_name = "tenant.updated";
  static constexpr auto fields =
      std::tuple{field{"name", &tenant_updated::name}, field{"slug", &tenant_updated::slug},
                 field{"planId", &tenant_updated::plan}, field{"owner", &tenant_updated::owner},
                 field{"region", &tenant_updated::region}};
  friend bool operator==(const tenant_updated&, const tenant_updated&) = default;
};

/// The limits that an operator set for a tenant; an absent one comes from its plan (contract 12).
struct quota_changed {
  std::optional<std::int64_t> max_pods;
  std::optional<std::int64_t> max_cpu_cores;
  std::optional<std::int64_t> max_memory_mb;
  std::optional<std::int64_t> max_disk_gb;

  static constexpr std::string_view event_name = "quota.changed";
  static constexpr auto fields = std::tuple{field{"maxPods", &quota_changed::max_pods},
                                            field{"maxCpuCores", &quota_changed::max_cpu_cores},
                                            field{"maxMemoryMb", &quota_changed::max_memory_mb},
                                            field{"maxDiskGb", &quota_changed::max_disk_gb}};
  friend bool operator==(const quota_changed&, const quota_changed&) = default;
};

} // namespace cloudpods::domain
