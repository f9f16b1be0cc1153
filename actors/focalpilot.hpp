#pragma once

#include <chrono>
#include <set>
#include <string>

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/focalpilot_protocol.hpp"
#include "actors/handles.hpp"

namespace cloudpods::actors {

/// What FocalPilot is given.
struct focalpilot_parts {
  handles_ptr handles;
  directory_actor directory;
  std::string dsn;
  bool watches = true;                ///< `[focalpilot] enabled`: rules run, and what is automatic
  std::set<domain::advice> automatic; ///< `auto_apply`
  std::chrono::seconds health_interval{300}; ///< 0: health is not looked at
};

/// Starts the one that follows the log and the figures of the nodes, proposes, and has applied what
/// it is told to (contract 16). It reads the store on a thread of its own.
focalpilot_actor spawn_focalpilot(caf::actor_system& system, engine_ptr engine,
                                  focalpilot_parts parts);

} // namespace cloudpods::actors
