#pragma once

#include <functional>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/budgets.hpp"
#include "actors/engine.hpp"
#include "actors/engine_protocol.hpp"

namespace cloudpods::actors {

/// What a node's actor is given.
struct node_parts {
  domain::node_name name;
  budget_limits limits;
  event_log_actor log;
  allocator_actor allocator;
  store_reader_actor reader; ///< none: old attempts are not looked for
  domain::node_record told;  ///< what the log says of it
  /// Starts the node's worker with that number, which reports `connection_changed` to the node.
  std::function<ssh_worker_actor(std::size_t, node_actor)> spawn_worker;
  std::size_t workers = 2;
  std::string log_file = {}; ///< whose lines become events; "": none
};

/// Starts the actor of one Proxmox host. Nobody new is admitted before `open_admission`, nor while
/// the host is away; requests for it wait.
node_actor spawn_node(caf::actor_system& system, engine_ptr engine, node_parts parts);

} // namespace cloudpods::actors
