#pragma once

#include <string>

#include <caf/actor_system.hpp>

#include "actors/upkeep_protocol.hpp"

namespace cloudpods::actors {

/// Starts the one that asks the store for the schedule of backups and the sweep of health.
upkeep_store_actor spawn_upkeep_store(caf::actor_system& system, std::string dsn);

} // namespace cloudpods::actors
