#pragma once

#include <chrono>

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"
#include "actors/upkeep_protocol.hpp"

namespace cloudpods::actors {

/// Starts the one that reads the health of every active pod each `interval` (contract 17): one list
/// per cluster, and `ct_health` for each container, two at once on a node and only while no guest's
/// operation waits there. A tenant hears of it only where it is news; of a node that does not
/// answer nothing is concluded.
clockwork_actor spawn_health_sweep(caf::actor_system& system, engine_ptr engine,
                                   handles_ptr handles, upkeep_store_actor store,
                                   directory_actor directory, std::chrono::seconds interval);

} // namespace cloudpods::actors
