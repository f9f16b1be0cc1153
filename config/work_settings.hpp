#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/words.hpp"

/// Contract 3: the sections about work and what runs by itself.
namespace cloudpods::config {

/// `[rate_limit]`: token buckets per tenant; 0: off.
struct rate_limit_settings {
  std::int64_t mutations_per_minute = 30;
  std::int64_t mutations_burst = 10;
  std::int64_t reads_per_second = 200;
};

/// `[jobs] timeout_*_s`
struct action_timeouts {
  std::chrono::seconds create{900};
  std::chrono::seconds destroy{600};
  std::chrono::seconds backup{7200};
  std::chrono::seconds scale{300};
  std::chrono::seconds power{180};
  std::chrono::seconds health{60};
  std::chrono::seconds restore{7200};
  std::chrono::seconds snapshot{600};
  std::chrono::seconds sync{60};
  std::chrono::seconds post_create{900};

  /// The timeout of a queue item's action (contract 13: `create`, `rollback`, …), with those that
  /// have none of their own; nothing where there is no such action.
  [[nodiscard]] std::optional<std::chrono::seconds> of(std::string_view action) const;
};

/// `[jobs]`
struct job_settings {
  int max_attempts = 5;
  std::chrono::milliseconds backoff_initial{1000};
  std::chrono::milliseconds backoff_max{60000};
  action_timeouts timeouts;
  std::chrono::seconds shutdown_grace{30};
  std::chrono::days retention{90};
};

/// `[health]`; 0: off.
struct health_settings {
  std::chrono::seconds interval{300};
};

enum class guest_shutdown { leave, restart };

/// `[reconcile]`
struct reconcile_settings {
  std::chrono::seconds interval{600};
  guest_shutdown on_guest_shutdown = guest_shutdown::leave;
};

/// `[webhooks]`
struct webhook_settings {
  bool allow_private = false;
};

/// `[[backup_policies]]`: kept is what either rule keeps.
struct backup_policy {
  std::string name;
  std::chrono::hours every{168};
  int keep_last = 2;
  std::chrono::days keep{14};
};

/// `[backup]`, `[[backup_policies]]` and `[defaults] backup_storage`.
struct backup_settings {
  std::chrono::seconds tick{60};
  std::string storage = "vzdump-backups";
  std::vector<backup_policy> policies;

  /// Null where there is none of that name.
  [[nodiscard]] const backup_policy* find(std::string_view name) const;
};

/// `[focalpilot]`
struct focalpilot_settings {
  bool enabled = true;
  std::vector<std::string> auto_apply{"RUN_HEALTH_CHECK"};
};

} // namespace cloudpods::config

template <>
struct cloudpods::domain::words<cloudpods::config::guest_shutdown> {
  static constexpr auto values = word_list("leave", "restart");
};
