#pragma once

#include "client/console.hpp"

namespace cloudpods::client {

/// Runs `cloudpodsctl` with these arguments (the program's name first) and returns its exit code:
/// 0 done, 1 it failed, 2 wrong usage or configuration (contract 2).
int run(int count, const char* const* arguments, const console& around);

} // namespace cloudpods::client
