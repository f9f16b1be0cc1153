#pragma once

#include <chrono>

namespace cloudpods::domain {

/// A point in time as callers see it: UTC, milliseconds.
using instant = std::chrono::sys_time<std::chrono::milliseconds>;

} // namespace cloudpods::domain
