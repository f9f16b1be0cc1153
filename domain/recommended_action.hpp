#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/fields.hpp"
#include "domain/words.hpp"

namespace cloudpods::domain {

/// What a recommendation may ask for (contract 16).
enum class advice {
  scale_up,
  scale_down,
  notify_tenant,
  run_health_check,
  run_backup,
  flag_tenant,
  drain_node
};

template <>
struct words<advice> {
  static constexpr auto values =
      word_list("SCALE_UP", "SCALE_DOWN", "NOTIFY_TENANT", "RUN_HEALTH_CHECK", "RUN_BACKUP",
                "FLAG_TENANT", "DRAIN_NODE");
};

enum class severity { info, warning, critical };

template <>
struct words<severity> {
  static constexpr auto values = word_list("info", "warning", "critical");
};

/// One of `recommendedActions`; which of the others are there depends on `type`.
struct recommended_action {
  advice type = advice::run_health_check;
  std::optional<std::int64_t> new_cores = {};
  std::optional<std::int64_t> new_memory_mb = {};
  std::optional<std::string> message_key = {};

  static constexpr auto fields = std::tuple{
      field{"type", &recommended_action::type}, field{"newCores", &recommended_action::new_cores},
      field{"newMemoryMb", &recommended_action::new_memory_mb},
      field{"messageKey", &recommended_action::message_key}};
  friend bool operator==(const recommended_action&, const recommended_action&) = default;
};

} // namespace cloudpods::domain
