#pragma once

#include <functional>
#include <optional>
#include <string>
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
  // For the reconciler.
  std::function<std::vector<domain::pod_record>()> compared = [] {
    return std::vector<domain::pod_record>{};
  };
  std::function<std::vector<domain::node_drift>()> told_of_nodes = [] {
    return std::vector<domain::node_drift>{};
  };
  std::function<std::optional<known_drift>(const std::string&)> find_drift =
      [](const std::string&) { return std::optional<known_drift>{}; };
};

upkeep_store_actor spawn_fake_upkeep(caf::actor_system& system,
                                     std::shared_ptr<upkeep_script> script);

} // namespace cloudpods::actors::tests
