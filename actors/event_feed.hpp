#pragma once

#include <cstdint>
#include <memory>

#include <caf/actor_system.hpp>

#include "actors/protocol.hpp"
#include "metrics/meters.hpp"

namespace cloudpods::actors {

/// Starts the feed: what the log hands out goes to every listener, in order. `head` is the seq of
/// the last event before it.
event_feed_actor spawn_event_feed(caf::actor_system& system, std::int64_t head,
                                  const std::shared_ptr<metrics::meters>& meters = nullptr);

} // namespace cloudpods::actors
