#pragma once

#include <chrono>

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"
#include "actors/upkeep_protocol.hpp"

namespace cloudpods::actors {

/// Starts the one that asks tenants, every `tick`, for the backups that are due by policy and for
/// the removal of those of deleted pods (contract 3, 11). What it asks twice, or another daemon
/// too, the tenant does once: it decides by its own fold.
clockwork_actor spawn_backup_schedule(caf::actor_system& system, engine_ptr engine,
                                      handles_ptr handles, upkeep_store_actor store,
                                      directory_actor directory, std::chrono::seconds tick);

} // namespace cloudpods::actors
