#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

namespace cloudpods::node_sim {

/// The parent of a process, 0 if it is gone.
pid_t parent_of(pid_t process);
/// When the process began, in ticks since the machine's start; 0 if it is gone.
std::uint64_t start_ticks(pid_t process);
bool is_alive(pid_t process);
/// Waits until the process is gone; false if `ms` pass before.
bool wait_gone(pid_t process, std::int64_t ms);

/// Kills the sshd session that this command runs in; a detached one has none any more,
/// then all sessions of this node's sshd.
void drop_connection();
/// Ends this command, its worker or its relay with SIGKILL, as a crash of the node would.
[[noreturn]] void kill_command();

} // namespace cloudpods::node_sim
