#pragma once

#include "config/settings.hpp"
#include "http/api_settings.hpp"

namespace cloudpods::daemon {

/// `[auth]`, as http/ has it.
http::auth_settings auth_settings_of(const config::auth_settings& from);

/// `[http]` and `[auth]`, as http/ has them.
http::api_settings api_settings_of(const config::settings& from);

} // namespace cloudpods::daemon
