#pragma once

#include <boost/asio/io_context.hpp>

#include <caf/actor_system.hpp>

#include "actors/engine.hpp"
#include "actors/engine_protocol.hpp"
#include "ssh/command_line.hpp"
#include "ssh/node_connection.hpp"

namespace cloudpods::actors {

/// What a worker is given: which host, how to reach it, and the thread of its sockets.
struct worker_parts {
  std::size_t number = 0;
  node_actor node;
  ssh::node_setting setting;
  ssh::connection_settings connection;
  boost::asio::io_context* io = nullptr; ///< outlives the actor system
};

/// Starts a worker: one SSH connection, kept up by itself, that turns operations into lines and
/// what comes back into outcomes. A command past its time is ended on the node.
ssh_worker_actor spawn_ssh_worker(caf::actor_system& system, engine_ptr engine, worker_parts parts);

} // namespace cloudpods::actors
