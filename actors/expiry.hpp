#pragma once

#include <chrono>
#include <string>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include "actors/engine.hpp"

namespace cloudpods::actors {

/// Starts the one that lets closed jobs and their queue items go from the projections `retention`
/// after their end (contract 13): piece by piece, with a thread and connections of its own, so that
/// no append waits for it. What fails is tried again later.
caf::actor spawn_expiry(caf::actor_system& system, engine_ptr engine, std::string dsn,
                        std::chrono::days retention);

} // namespace cloudpods::actors
