#pragma once

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/engine_protocol.hpp"

namespace cloudpods::actors {

/// Starts a reader with a thread and a connection of its own.
store_reader_actor spawn_store_reader(caf::actor_system& system, engine_ptr engine,
                                      persistence::reader_settings settings);

} // namespace cloudpods::actors
