#pragma once

#include "node_sim/guest.hpp"

namespace cloudpods::node_sim {

/// What the guest agent of a VM answers to a command, as compact JSON; "" for an empty answer.
/// Fails if none is configured, the VM does not run, or it does not answer yet.
std::string ask_agent(const guest& guest, const std::string& command);

/// What /nodes/N/lxc/ID/interfaces shows; "" if the container does not run.
std::string container_interfaces(const guest& guest);

} // namespace cloudpods::node_sim
