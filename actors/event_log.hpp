#pragma once

#include <memory>

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/engine_protocol.hpp"
#include "persistence/log_writer.hpp"

namespace cloudpods::actors {

/// Starts the event log with a writer that leads. It appends what has gathered while the last
/// commit was on its way, and hands every event out in seq order: allocator, tenants, then the
/// replies, then the feed (architecture 2, 3). Ends the process where another daemon writes.
event_log_actor spawn_event_log(caf::actor_system& system, engine_ptr engine,
                                std::shared_ptr<persistence::log_writer> writer,
                                allocator_actor allocator, event_feed_actor feed);

} // namespace cloudpods::actors
