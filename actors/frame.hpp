#pragma once

#include "actors/protocol.hpp"
#include "persistence/decision.hpp"

namespace cloudpods::actors {

/// The event as subscribers get it, live or from history: the same bytes.
shared_frame frame_of(const persistence::stored_event& fact);

} // namespace cloudpods::actors
