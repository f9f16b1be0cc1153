#pragma once

#include <chrono>
#include <span>
#include <vector>

#include "persistence/batch.hpp"

namespace cloudpods::persistence {

/// How long the answer to a request with an `Idempotency-Key` is kept (contract 5).
inline constexpr std::chrono::hours answers_kept{24};

/// Adds the statements for what goes with a decision beside its events: the answer that is kept for
/// its key, its secrets, and the end of secrets that are needed no more.
void append_request_rows(std::span<const decision> decisions, const batch& numbered,
                         std::vector<statement>& out);

} // namespace cloudpods::persistence
