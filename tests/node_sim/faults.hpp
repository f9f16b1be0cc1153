#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cloudpods::node_sim {

/// Where in a command a fault strikes.
enum class fault_point { before, half, after };

/// A line of <root>/faults:
/// "<left> <skip> <when> <kind> <exit> <name> <pattern> | <text>".
struct fault {
  std::int64_t left = 1; ///< how often it still strikes; negative: always
  std::int64_t skip = 0; ///< fitting commands that it lets pass first
  fault_point when = fault_point::before;
  std::string kind; ///< fail hang drop die locale banner crlf progress garbage
  int exit = 255;
  std::string name;    ///< <root>/hanging/<name> appears, <root>/release/<name> ends the wait
  std::string pattern; ///< shell pattern for the whole command line
  std::string text;
};

/// Adds a fault; fails if a part of it cannot be.
void add_fault(const fault& fault);
std::string print_fault(const fault& fault);
void clear_faults();
std::vector<fault> present_faults();

/// Takes the faults and the latency that are meant for this command line.
void arm(const std::string& command_line);
/// Lets what is armed for this point strike.
void strike(fault_point point);

/// The forked worker now sees to the latency and to what strikes half way.
void leave_to_worker();

/// Says whether the latency may be spent now; a lock that is taken too early must not spend it.
void hold_latency(bool held);

/// Waits what is left of the command's latency.
void spend_latency();
/// Waits the part of the latency that leaves `left` of `parts` over.
void spend_latency_down_to(std::int64_t left, std::int64_t parts);

} // namespace cloudpods::node_sim
