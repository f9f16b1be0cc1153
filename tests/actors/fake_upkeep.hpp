#pragma once

#include <vector>

#include <caf/actor_system.hpp>

#include "actors/upkeep_protocol.hpp"

namespace cloudpods::actors::tests {

/// What the store is told to say of pods, and what it was told.
struct upkeep_script {
  std::vector<persistence::due_pod> due;
  std::vector<domain::pod> watched; ///< by id
  std::vector<persistence::upkeep_question> asked;
  std::vector<note_checked> checked;
};

upkeep_store_actor spawn_fake_upkeep(caf::actor_system& system,
                                     std::shared_ptr<upkeep_script> script);

} // namespace cloudpods::actors::tests
