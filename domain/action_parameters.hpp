#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/fields.hpp"
#include "domain/ids.hpp"
#include "domain/lifecycle.hpp"
#include "domain/plan_snapshot.hpp"

namespace cloudpods::domain {

/// What a pod is to be as large as. Swap is a container's.
struct pod_size {
  std::int64_t cpu_cores = 0;
  std::int64_t memory_mb = 0;
  std::int64_t swap_mb = 0;
  std::int64_t disk_gb = 0;

  static constexpr auto fields =
      std::tuple{field{"cpuCores", &pod_size::cpu_cores}, field{"memoryMb", &pod_size::memory_mb},
                 field{"swapMb", &pod_size::swap_mb}, field{"diskGb", &pod_size::disk_gb}};
  friend bool operator==(const pod_size&, const pod_size&) = default;
};

/// What a queue item's action needs to know beyond its pod; each action reads its own.
struct action_parameters {
  // start, stop, reboot, suspend
  bool force = false;
  std::int64_t timeout_s = 0; ///< how long a guest may take to stop; 0: as configured

  // scale
  std::optional<pod_size> to;
  std::optional<plan_snapshot> plan_bought;
  bool disk_kept = false; ///< the plan's disk is smaller than the pod's
  bool reboot = false;
  bool backup_first = false; ///< also of a destroy

  // backup
  backup_mode mode = backup_mode::snapshot;
  bool by_policy = false;
  std::string storage;        ///< of the archive that is made, or restored from
  std::int64_t keep_last = 0; ///< of the policy's backups; kept is what either rule keeps
  std::int64_t keep_days = 0; ///< both 0: all are kept

  // backup, restore
  std::string backup; ///< its id

  // restore
  std::string volume;

  // snapshots
  std::string name;
  std::string description;

  static constexpr auto fields = std::tuple{field{"force", &action_parameters::force},
                                            field{"timeoutS", &action_parameters::timeout_s},
                                            field{"to", &action_parameters::to},
                                            field{"planSnapshot", &action_parameters::plan_bought},
                                            field{"diskKept", &action_parameters::disk_kept},
                                            field{"reboot", &action_parameters::reboot},
                                            field{"backupFirst", &action_parameters::backup_first},
                                            field{"mode", &action_parameters::mode},
                                            field{"byPolicy", &action_parameters::by_policy},
                                            field{"storage", &action_parameters::storage},
                                            field{"keepLast", &action_parameters::keep_last},
                                            field{"keepDays", &action_parameters::keep_days},
                                            field{"backupId", &action_parameters::backup},
                                            field{"volume", &action_parameters::volume},
                                            field{"name", &action_parameters::name},
                                            field{"description", &action_parameters::description}};
  friend bool operator==(const action_parameters&, const action_parameters&) = default;
};

/// How a step that looked found the guest.
struct guest_reading {
  power_state power = power_state::unknown;
  std::int64_t cpu_cores = 0;
  std::int64_t memory_mb = 0;
  std::int64_t swap_mb = 0;
  std::optional<std::int64_t> disk_gb;
  bool pending = false; ///< a change waits for its restart

  static constexpr auto fields = std::tuple{
      field{"power", &guest_reading::power},        field{"cpuCores", &guest_reading::cpu_cores},
      field{"memoryMb", &guest_reading::memory_mb}, field{"swapMb", &guest_reading::swap_mb},
      field{"diskGb", &guest_reading::disk_gb},     field{"pending", &guest_reading::pending}};
  friend bool operator==(const guest_reading&, const guest_reading&) = default;
};

/// How a guest does; shares in percent, absent where nobody can tell.
struct health_reading {
  health_status status = health_status::unknown;
  power_state power = power_state::unknown;
  bool reachable = false;
  std::optional<std::int64_t> cpu_percent;
  std::optional<std::int64_t> memory_percent;
  std::optional<std::int64_t> disk_percent;
  std::optional<std::int64_t> uptime_s;
  std::optional<bool> agent;
  std::string message;

  static constexpr auto fields = std::tuple{field{"status", &health_reading::status},
                                            field{"power", &health_reading::power},
                                            field{"reachable", &health_reading::reachable},
                                            field{"cpuPercent", &health_reading::cpu_percent},
                                            field{"memoryPercent", &health_reading::memory_percent},
                                            field{"diskPercent", &health_reading::disk_percent},
                                            field{"uptimeS", &health_reading::uptime_s},
                                            field{"agent", &health_reading::agent},
                                            field{"message", &health_reading::message}};
  friend bool operator==(const health_reading&, const health_reading&) = default;
};

/// An archive on a storage.
struct archive_reading {
  std::string volume;
  std::int64_t size_bytes = 0;

  static constexpr auto fields = std::tuple{field{"volume", &archive_reading::volume},
                                            field{"sizeBytes", &archive_reading::size_bytes}};
  friend bool operator==(const archive_reading&, const archive_reading&) = default;
};

} // namespace cloudpods::domain
