#include "node_sim/commands.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"
#include "node_sim/waiting.hpp"

#include <cstdlib>
#include <sys/auxv.h>

using namespace cloudpods::node_sim;

namespace {

/// The folder that NODE_SIM_ROOT names, or the one that holds the bin/ this was started from.
std::string find_root(std::string_view started_as) {
  if (const char* named = std::getenv("NODE_SIM_ROOT"))
    return named;
  const auto slash = started_as.rfind('/');
  const auto folder = slash == started_as.npos ? "." : started_as.substr(0, slash);
  return folder.ends_with("/bin") ? std::string{folder.substr(0, folder.size() - 4)}
                                  : cat(folder, "/..");
}

} // namespace

int main(int count, char** words) {
  command_line line{words, words + count};
  // argv[0] may be bare; the kernel knows the path.
  const std::string started_as{reinterpret_cast<const char*>(::getauxval(AT_EXECFN))};
  const auto name = line.at(0).substr(line[0].rfind('/') + 1);
  use_root(find_root(started_as));
  hold_signals();
  if (is_command(name))
    return run_command(std::move(line));
  try {
    return run_admin(line);
  } catch (const failure& error) {
    err(cat(error.text, "\n"));
    return error.status;
  }
}
