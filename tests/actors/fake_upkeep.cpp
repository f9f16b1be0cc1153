#include "actors/fake_upkeep.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace cloudpods::actors::tests {

namespace {

upkeep_store_actor::behavior_type fake_upkeep(upkeep_store_actor::pointer,
                                              std::shared_ptr<upkeep_script> script) {
  return {
      [=](const read_due& asked) {
        script->asked.push_back(asked.question);
        return due_reply{script->due};
      },
      [=](const read_watched& asked) {
        watched_reply reply;
        for (const auto& each : script->watched)
          if (each.id > asked.after)
            reply.value->push_back(each);
        return reply;
      },
      [=](const note_checked& looked) { script->checked.push_back(looked); },
      [=](const read_compared& asked) {
        compared_reply reply;
        for (const auto& each : script->compared())
          if (each.pod.id > asked.after)
            reply.value->push_back({each});
        return reply;
      },
      [=](read_told_of_nodes) { return told_of_nodes_reply{script->told_of_nodes()}; },
      [=](const read_drift& asked) { return drift_found_reply{script->find_drift(asked.id)}; },
  };
}

} // namespace

upkeep_store_actor spawn_fake_upkeep(caf::actor_system& system,
                                     std::shared_ptr<upkeep_script> script) {
  return system.spawn(fake_upkeep, std::move(script));
}

} // namespace cloudpods::actors::tests
