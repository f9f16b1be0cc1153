#pragma once

#include <filesystem>

#include "config/settings.hpp"

namespace cloudpods::daemon {

/// Runs the daemon until SIGTERM or SIGINT (contract 2, architecture 7); SIGHUP has it read `file`
/// again, of which `settings` came (contract 3). Returns the exit code.
int serve(const config::settings& settings, const std::filesystem::path& file);

} // namespace cloudpods::daemon
