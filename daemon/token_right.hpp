#pragma once

#include <expected>
#include <string>

#include "daemon/commands.hpp"
#include "http/authenticate.hpp"

namespace cloudpods::daemon {

/// Whether a token of that wish would give any right (contract 4): its role and every scope must be
/// known, and one of them there. Refuses with a sentence that names those that are.
std::expected<void, std::string> gives_a_right(const http::auth_settings& auth,
                                               const token_wish& wish);

} // namespace cloudpods::daemon
