#pragma once

#include "domain/operation.hpp"
#include "ssh/node_command.hpp"

namespace cloudpods::ssh {

/// The words of `what`, `sudo -n` included where the node wants it. Operations that are more than
/// one command become `sh -c` with a fixed script and their values as parameters.
node_command command_for(const domain::operation& what, const node_setting& node);

/// The line of standard input that is secret: everything a command reads.
std::vector<std::string> secrets_of(const domain::operation& what);

/// Whether its end is asked for by Proxmox's task, not only by signal.
bool is_proxmox_task(const domain::operation& what);

} // namespace cloudpods::ssh
