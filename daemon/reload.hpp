#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "config/fault.hpp"
#include "config/file_values.hpp"
#include "config/settings.hpp"
#include "daemon/engine_room.hpp"
#include "http/api_server.hpp"

namespace cloudpods::daemon {

/// What is sold from now on: the running catalogue with the plans, tenant plans, blueprints, limits
/// and backup policies of a fresh one. Nodes, pools and the rest need a restart (contract 3).
domain::catalogue taken_over(const domain::catalogue& running, const domain::catalogue& fresh);

/// The running settings with the key set of fresh ones; a secret needs a restart.
config::auth_settings taken_over(const config::auth_settings& running,
                                 const config::auth_settings& fresh);

/// Why no token could be believed with these; empty where one can.
std::vector<config::fault> faults_of_belief(const config::auth_settings& wanted);

/// Blueprints that are to be built on nodes that only a restart would bring.
std::vector<config::fault> unknown_nodes(const domain::catalogue& wanted);

/// Reads the configuration again while the daemon serves (contract 3): all of it or nothing.
class reloader {
public:
  /// `running` is what `file` said at the start; all outlive it.
  reloader(std::filesystem::path file, const config::settings& running, engine_room& room,
           http::api_server& server);

  /// Takes up what may change and logs `reloaded`, with `restart-needed` for what may not; a file
  /// with faults changes nothing and is told by `reload-refused`, one line for each fault.
  void reload();

private:
  std::filesystem::path file_;
  const config::settings& running_;
  config::file_values values_;
  engine_room& room_;
  http::api_server& server_;
};

} // namespace cloudpods::daemon
