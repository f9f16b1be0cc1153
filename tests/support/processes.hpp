#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace cloudpods::support {

/// A TCP port of the loopback interface that nobody listens on.
std::uint16_t free_port();
/// The name of the user that runs this program.
std::string user_name();

/// SIGKILL for the processes whose parent is `parent`; whether there were any that lived.
bool kill_children_of(pid_t parent);
/// SIGKILL for the processes in whose environment "NAME=value" stands.
void kill_with_environment(const std::string& entry);

} // namespace cloudpods::support
