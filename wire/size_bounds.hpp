#pragma once

#include <cstdint>

namespace cloudpods::wire {

// What a size in a request may be.
inline constexpr std::int64_t most_cores = 512;
inline constexpr std::int64_t least_memory_mb = 16;
inline constexpr std::int64_t most_memory_mb = 4'194'304;
inline constexpr std::int64_t most_disk_gb = 65'536;

} // namespace cloudpods::wire
