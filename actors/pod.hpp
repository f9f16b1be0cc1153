#pragma once

#include <caf/local_actor.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"

namespace cloudpods::actors {

/// Starts the actor of a pod with work, linked to its tenant. It learns of its pod by
/// `pod_snapshot` and ends when the tenant says so.
pod_actor spawn_pod(caf::local_actor& tenant, const awake_tenant_actor& owner, engine_ptr engine,
                    handles_ptr handles, incarnation life);

} // namespace cloudpods::actors
