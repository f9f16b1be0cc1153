#pragma once

#include "node_sim/guest.hpp"

namespace cloudpods::node_sim {

/// What `qm status --verbose` and `pct status --verbose` know of a guest, without nested parts.
key_values status_values(const guest& guest);
/// The same as a JSON object, with numbers as numbers.
std::string status_json(const guest& guest);

} // namespace cloudpods::node_sim
