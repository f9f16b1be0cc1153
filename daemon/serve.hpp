#pragma once

#include "config/settings.hpp"

namespace cloudpods::daemon {

/// Runs the daemon until SIGTERM or SIGINT (contract 2, architecture 7). Returns the exit code.
int serve(const config::settings& settings);

} // namespace cloudpods::daemon
