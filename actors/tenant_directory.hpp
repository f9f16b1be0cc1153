#pragma once

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"

namespace cloudpods::actors {

/// Starts the directory of awake tenants. `wake_open_tenants` answers once every tenant of which
/// something may run is awake; after that nodes may admit others, and those that only wait are
/// woken.
directory_actor spawn_tenant_directory(caf::actor_system& system, engine_ptr engine,
                                       handles_ptr handles);

} // namespace cloudpods::actors
