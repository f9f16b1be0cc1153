#pragma once

#include <caf/local_actor.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"

namespace cloudpods::actors {

/// Starts a tenant, watched by `directory`: it joins the log, loads its past and tells the
/// directory `tenant_awake`.
awake_tenant_actor spawn_tenant(caf::local_actor& directory, const directory_actor& owner,
                                engine_ptr engine, handles_ptr handles, domain::tenant_id id);

} // namespace cloudpods::actors
