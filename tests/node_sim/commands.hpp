#pragma once

#include "node_sim/options.hpp"

#include <string>
#include <vector>

namespace cloudpods::node_sim {

/// A command line: the program's name first.
using command_line = std::vector<std::string>;

/// One line of a program's table.
struct subcommand {
  command_shape shape;
  int (*run)(const arguments&);
};

/// Runs the entry whose name the words begin with; refuses others as `program` does.
int run_subcommand(const std::string& program, const std::vector<subcommand>& table,
                   const command_line& line);

int run_qm(const command_line& line);
int run_pct(const command_line& line);
int run_pvesh(const command_line& line);
int run_pvesm(const command_line& line);
int run_sudo(const command_line& line);
int run_create_script(const command_line& line);
int run_destroy_script(const command_line& line);
int run_vzdump(const command_line& line);
int run_qmrestore(const command_line& line);
int run_backup_script(const command_line& line);
int run_health_script(const command_line& line);
int run_task_script(const command_line& line);
int run_admin(const command_line& line);

/// The names under which this program is linked into a node.
std::vector<std::string> command_names();
/// True if a program of that name is part of this node.
bool is_command(const std::string& program);
/// Runs one command of the node with its faults, its latency and its line in the trace.
int run_command(command_line line);
/// The same in a child process, as a script does; returns the exit code.
int run_nested(const command_line& line);

} // namespace cloudpods::node_sim
