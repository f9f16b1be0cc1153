#pragma once

#include <cstdint>

#include <caf/actor_system.hpp>

#include "actors/protocol.hpp"

namespace cloudpods::actors {

/// Starts the feed: what the log hands out goes to every listener, in order. `head` is the seq of
/// the last event before it.
event_feed_actor spawn_event_feed(caf::actor_system& system, std::int64_t head);

} // namespace cloudpods::actors
