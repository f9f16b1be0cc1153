#pragma once

#include <vector>

#include "config/settings.hpp"

namespace cloudpods::daemon {

/// What `check-config` says of the files of `[ssh]` beyond the configuration's own reading: a key
/// that every user may read, lines that are none of a known_hosts file, hosts of `[[nodes]]` that
/// would be refused. The daemon starts with these: both files may be mended while it runs.
std::vector<config::fault> ssh_faults(const config::settings& from);

} // namespace cloudpods::daemon
