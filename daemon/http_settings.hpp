#pragma once

#include <vector>

#include "config/fault.hpp"
#include "config/settings.hpp"
#include "http/api_settings.hpp"

namespace cloudpods::daemon {

/// What is wrong with the key set of `[auth] jwks_file`, and whether any key is left to believe a
/// token by: what the configuration's own reading cannot judge (contract 3).
std::vector<config::fault> key_set_faults(const config::auth_settings& from);

/// `[auth]`, as http/ has it. A key set with faults counts as none.
http::auth_settings auth_settings_of(const config::auth_settings& from);

/// `[rate_limit]`, as http/ has it.
http::rate_settings rate_settings_of(const config::rate_limit_settings& from);

/// `[http]`, `[auth]` and `[rate_limit]`, as http/ has them.
http::api_settings api_settings_of(const config::settings& from);

} // namespace cloudpods::daemon
