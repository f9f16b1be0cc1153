#include "node_sim/commands.hpp"
#include "node_sim/system.hpp"

namespace cloudpods::node_sim {

/// A command of `[post_create]`: it says what it was given, one argument a line.
int run_task_script(const command_line& line) {
  for (std::size_t i = 1; i < line.size(); ++i)
    out(cat("argument ", line[i], "\n"));
  return 0;
}

} // namespace cloudpods::node_sim
