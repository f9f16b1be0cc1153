#pragma once

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/platform_protocol.hpp"
#include "persistence/log_reader.hpp"

namespace cloudpods::actors {

/// Starts the platform reader, with a thread and a connection of its own.
platform_reader_actor spawn_platform_reader(caf::actor_system& system, engine_ptr engine,
                                            persistence::reader_settings settings);

} // namespace cloudpods::actors
