#pragma once

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/engine_protocol.hpp"

namespace cloudpods::actors {

/// Starts the allocator with what the store knows to be held or quarantined.
allocator_actor spawn_allocator(caf::actor_system& system, engine_ptr engine,
                                const persistence::allocator_view& held);

} // namespace cloudpods::actors
