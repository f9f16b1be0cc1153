#include "config/work_settings.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cloudpods::config {

std::optional<std::chrono::seconds> action_timeouts::of(std::string_view action) const {
  using timeouts = action_timeouts;
  static constexpr std::array table{
      std::pair{std::string_view{"create"}, &timeouts::create},
      std::pair{std::string_view{"destroy"}, &timeouts::destroy},
      std::pair{std::string_view{"cleanup"}, &timeouts::destroy},
      std::pair{std::string_view{"backup"}, &timeouts::backup},
      std::pair{std::string_view{"scale"}, &timeouts::scale},
      std::pair{std::string_view{"start"}, &timeouts::power},
      std::pair{std::string_view{"stop"}, &timeouts::power},
      std::pair{std::string_view{"reboot"}, &timeouts::power},
      std::pair{std::string_view{"suspend"}, &timeouts::power},
      std::pair{std::string_view{"resume"}, &timeouts::power},
      std::pair{std::string_view{"health"}, &timeouts::health},
      std::pair{std::string_view{"restore"}, &timeouts::restore},
      std::pair{std::string_view{"snapshot"}, &timeouts::snapshot},
      std::pair{std::string_view{"rollback"}, &timeouts::snapshot},
      std::pair{std::string_view{"delete_snapshot"}, &timeouts::snapshot},
      std::pair{std::string_view{"sync"}, &timeouts::sync},
      std::pair{std::string_view{"post_create"}, &timeouts::post_create},
  };
  for (const auto& [name, timeout] : table)
    if (name == action)
      return this->*timeout;
  return std::nullopt;
}

const backup_policy* backup_settings::find(std::string_view name) const {
  const auto found = std::ranges::find(policies, name, &backup_policy::name);
  return found == policies.end() ? nullptr : &*found;
}

} // namespace cloudpods::config
