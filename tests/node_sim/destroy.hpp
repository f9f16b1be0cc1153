#pragma once

#include "node_sim/guest.hpp"
#include "node_sim/options.hpp"

namespace cloudpods::node_sim {

/// Frees a stopped guest's volumes, with the configuration at "lock: destroyed" meanwhile, and
/// removes it. A volume that stays is a failure for a container and a warning for a VM.
void destroy_guest(const guest& guest, const arguments& given);

} // namespace cloudpods::node_sim
