#pragma once

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"

namespace cloudpods::actors {

/// Starts the directory of awake tenants. `wake_open_tenants` answers once every tenant with
/// anything open is awake; after that nodes may admit others.
directory_actor spawn_tenant_directory(caf::actor_system& system, engine_ptr engine,
                                       handles_ptr handles);

} // namespace cloudpods::actors
