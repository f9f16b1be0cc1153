#pragma once

#include <chrono>

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"
#include "actors/reconcile_protocol.hpp"
#include "actors/upkeep_protocol.hpp"

namespace cloudpods::actors {

/// To itself: the sweep has had the time that a caller waits for it.
struct end_of_patience {};

/// The RECONCILER: one; compares what nodes list with what the tables say, tells tenants of what is
/// news, and does what operators say of it (contract 17, adr 24).
using reconciler_actor =
    reconcile_door_actor::extend<caf::reacts_to<look_around>, caf::reacts_to<end_of_patience>>;

struct reconcile_rules {
  std::chrono::seconds interval{600};
  /// A guest that its owner shut down from inside is started again.
  bool restarts_guests = false;
};

reconciler_actor spawn_reconciler(caf::actor_system& system, engine_ptr engine, handles_ptr handles,
                                  upkeep_store_actor store, directory_actor directory,
                                  reconcile_rules rules);

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::end_of_patience)
