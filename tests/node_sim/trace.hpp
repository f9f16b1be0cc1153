#pragma once

#include <string>
#include <vector>

namespace cloudpods::node_sim {

/// Says under which words this command is named in overlaps.
void name_command(const std::vector<std::string>& command);
/// Says that this command changes the guest, until it ends. If another command is changing it
/// already, a line goes to <root>/overlaps.jsonl.
void claim_guest(int vmid);

/// Adds the line of an ended command to <root>/trace.jsonl.
void trace(const std::vector<std::string>& command, std::int64_t start_ns, int exit);

} // namespace cloudpods::node_sim
