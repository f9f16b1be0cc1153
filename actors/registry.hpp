#pragma once

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"

namespace cloudpods::actors {

/// Starts the registry of stack blueprints. It reads what there is from the log first; what is
/// asked of it until then waits.
registry_actor spawn_registry(caf::actor_system& system, engine_ptr engine, handles_ptr handles);

} // namespace cloudpods::actors
