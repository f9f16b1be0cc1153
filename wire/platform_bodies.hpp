#pragma once

#include <string_view>

#include "domain/action.hpp"
#include "wire/command_json.hpp"
#include "wire/platform_words.hpp"

// Bodies of `/internal` (contract 7) that are not those of the public family. They fail as those
// do; users are left to the caller.

namespace cloudpods::wire {

/// `POST /internal/cloudpods`.
domain::expected<decoded<domain::order_pod>> decode_create(std::string_view body);

/// `POST /internal/cloudpods/{vmid}/scale`, `/backup`, `/health`, …: the body of that action.
domain::expected<decoded<domain::act_on_pod>> decode_platform_action(domain::item_action action,
                                                                     std::string_view body);

/// What the job of a health check keeps.
domain::json_text health_payload(health_trigger by);

} // namespace cloudpods::wire
