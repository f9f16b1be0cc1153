#pragma once

#include <optional>

#include "domain/operation.hpp"
#include "domain/outcome.hpp"
#include "ssh/report.hpp"

namespace cloudpods::ssh {

/// What an attempt at `what` came to. Success needs the exit code file, a backup's also the word of
/// what made it. Secrets of `what` are taken
/// out of everything that is said.
///
/// `never`: failed, transient, "was not started": nothing was done and nothing will be, so a new
/// attempt is safe; who must tell it apart reads `report.state`. `running`, `vanished`: unknown.
domain::outcome outcome_of(const domain::operation& what, const attempt_report& report);

/// Same, from the channel: without a whole report nobody knows, unless the line never reached the
/// node.
domain::outcome outcome_of(const domain::operation& what, const exec_result& result);

} // namespace cloudpods::ssh
