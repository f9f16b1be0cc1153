#pragma once

#include "node_sim/guest.hpp"
#include "node_sim/options.hpp"

namespace cloudpods::node_sim {

/// Starts a guest: pending values become present ones, it gets a process and an address.
void power_on(guest& guest);
void power_off(int vmid);
/// Asks the guest to end. Waits up to `--timeout` (60 s) for one that does not, then fails with
/// `text`, or turns it off where `--forceStop` was given.
void ask_to_end(const guest& guest, const arguments& given, std::string_view text);

/// Seconds since the start, 0 if it does not run.
std::int64_t uptime_s(const run_state& run);
/// The MAC of the first network.
std::string first_mac(const guest& guest);

} // namespace cloudpods::node_sim
