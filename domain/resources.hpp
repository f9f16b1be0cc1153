#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "domain/fields.hpp"

namespace cloudpods::domain {

/// What a tenant's quota counts (contract 12).
struct resources {
  std::int64_t pods = 0;
  std::int64_t cpu_cores = 0;
  std::int64_t memory_mb = 0;
  std::int64_t disk_gb = 0;

  resources& operator+=(const resources& other);
  resources& operator-=(const resources& other);
  friend resources operator+(resources left, const resources& right) { return left += right; }
  friend resources operator-(resources left, const resources& right) { return left -= right; }
  friend bool operator==(const resources&, const resources&) = default;

  static constexpr auto fields =
      std::tuple{field{"pods", &resources::pods}, field{"cpuCores", &resources::cpu_cores},
                 field{"memoryMb", &resources::memory_mb}, field{"diskGb", &resources::disk_gb}};
};

/// One counted dimension: its member, its names outside and the code of its refusal.
struct dimension {
  std::int64_t resources::*amount;
  std::string_view name;       ///< `cpuCores`
  std::string_view field;      ///< `cpu_cores`, as `error_field` and in `max_*`
  std::string_view error_code; ///< `MAX_CPU_EXCEEDED`
};

/// In the order in which they are checked.
inline constexpr std::array dimensions{
    dimension{&resources::pods, "pods", "pods", "MAX_PODS_EXCEEDED"},
    dimension{&resources::cpu_cores, "cpuCores", "cpu_cores", "MAX_CPU_EXCEEDED"},
    dimension{&resources::memory_mb, "memoryMb", "memory_mb", "MAX_MEMORY_EXCEEDED"},
    dimension{&resources::disk_gb, "diskGb", "disk_gb", "MAX_DISK_EXCEEDED"},
};

} // namespace cloudpods::domain
