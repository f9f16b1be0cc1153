#pragma once

#include <string>

#include "daemon/chaos_site.hpp"

namespace cloudpods::tests {

/// What must be so whenever nothing is under way, one line for each thing that is not; "" where all
/// is well: the log whole and its projections its fold, every job ended, quotas the sum of what is
/// held, one guest and one address for each active pod and nothing else on the node, no two
/// commands at once on one guest.
std::string broken_invariants(chaos_site& site);

/// Commands that succeeded more than once: where no outcome was lost on the node itself, none.
std::string repeated_commands(const support::simulated_node& node);

/// What of the node's trace changed something, in order, as "qm clone": the words before a number.
/// From the entry `first` on, and where a guest is named, of that one only.
std::vector<std::string> changing_commands(const support::simulated_node& node,
                                           std::size_t first = 0, int vmid = 0);

} // namespace cloudpods::tests
