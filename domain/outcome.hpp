#pragma once

#include <optional>
#include <string>
#include <variant>

#include "domain/words.hpp"

namespace cloudpods::domain {

/// How a failure is treated (contract 11).
enum class failure_class {
  busy,       ///< locked or contended: queued again, no attempt used up
  transient,  ///< connection or node trouble: retried with backoff
  permanent,  ///< cannot succeed as asked
  vmid_taken, ///< the vmid belongs to a stranger
  not_ours,   ///< the guest carries another's mark
  unmarked,   ///< the guest carries no mark at all
  fenced,     ///< the node has seen a newer writer
};

template <>
struct words<failure_class> {
  static constexpr auto values =
      word_list("busy", "transient", "permanent", "vmid_taken", "not_ours", "unmarked", "fenced");
};

/// The node did it.
struct succeeded {
  std::optional<std::string> address;      ///< what a create script reported
  std::optional<std::string> warning;      ///< `TASK WARNINGS`, a volume left behind, …
  std::string output;                      ///< last 64 KiB, redacted
  std::optional<std::string> archive = {}; ///< the volume that a backup made, as it says
};

/// The node said no; nothing of the step is left running.
struct failed {
  failure_class why = failure_class::permanent;
  std::string message; ///< what the node said, without secrets, at most 2,000 characters
  std::string output;
  std::string code = {}; ///< of the job's error, where it is a special one
};

/// Nobody knows yet: to be resolved by asking the node (contract 11).
struct unknown {
  std::string message;
};

using outcome = std::variant<succeeded, failed, unknown>;

/// Where a detached attempt stands, as its directory on the node tells (contract 14).
enum class attempt_state {
  never,   ///< it was not started, and now never will be
  running, ///< its process lives
  ended,   ///< its exit code is known
  vanished ///< no process and no exit code: the node restarted under it
};

} // namespace cloudpods::domain
