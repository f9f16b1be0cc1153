#pragma once

#include <string_view>

#include "actors/node_protocol.hpp"

// What commands on a node are called where they are counted (contract 18).

namespace cloudpods::actors {

/// `list_guests`, `read_guest`, …
std::string_view word_of(const domain::query& what);

/// `succeeded`, `failed` or `unknown`.
std::string_view result_of(const attempt_reply& answer);

} // namespace cloudpods::actors
