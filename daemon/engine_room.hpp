#pragma once

#include <atomic>
#include <expected>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/engine.hpp"
#include "actors/focalpilot_protocol.hpp"
#include "actors/handles.hpp"
#include "actors/platform_protocol.hpp"
#include "actors/reconciler.hpp"
#include "config/settings.hpp"

namespace cloudpods::daemon {

/// Whom the outside reaches once the engine runs.
struct engine_entrance {
  actors::directory_actor directory;
  std::vector<actors::store_reader_actor> readers;
  actors::event_feed_actor feed;
  std::map<domain::node_name, actors::node_actor> nodes;
  actors::platform_reader_actor platform;
  actors::registry_actor registry;
  actors::focalpilot_actor focalpilot;
  actors::reconciler_actor reconciler;
};

/// What is sold and what decisions need to know, of the whole configuration.
std::shared_ptr<const domain::catalogue> catalogue_of(const config::settings& settings);

/// The actors and what they stand on: the store, the nodes, their threads.
class engine_room {
public:
  engine_room(const config::settings& settings, std::shared_ptr<actors::service_state> service,
              std::shared_ptr<metrics::meters> meters);
  /// Ends every actor; past a deadline the process ends instead of hanging.
  ~engine_room();
  engine_room(const engine_room&) = delete;
  engine_room& operator=(const engine_room&) = delete;

  /// Waits for the store and for the lead, recovers what is open, starts the actors. Returns
  /// nothing where `stop` was asked for meanwhile. Tells of each new phase by `service`.
  /// @throws std::runtime_error where this store may not be worked with
  std::unique_ptr<engine_entrance> start(const std::atomic<bool>& stop);

  caf::actor_system& system() { return *system_; }

  /// What is sold now.
  [[nodiscard]] std::shared_ptr<const domain::catalogue> offers() const { return offers_; }
  /// Has this sold from now on: in the store's tables, then by every actor; what is under way goes
  /// on with what it began with. Only once `start` has returned an entrance. Nothing happens, and
  /// why, where the tables can't be written.
  std::expected<void, std::string> offer(std::shared_ptr<const domain::catalogue> offers);

  /// Gives running commands their grace (contract 11).
  void drain(std::chrono::seconds grace);

private:
  struct store;
  /// What the log says of each node.
  using told_nodes = std::map<domain::node_name, domain::node_record>;

  bool prepare_store(const std::atomic<bool>& stop);
  bool take_lead(const std::atomic<bool>& stop);
  std::shared_ptr<actors::engine> make_engine();
  std::map<domain::node_name, actors::node_actor> start_nodes(const actors::engine_ptr& engine,
                                                              const actors::engine_handles& handles,
                                                              const told_nodes& told);
  /// What runs by the clock: backups by policy, health.
  actors::reconciler_actor start_upkeep(const actors::engine_ptr& engine,
                                        const std::shared_ptr<actors::engine_handles>& handles,
                                        const actors::directory_actor& directory);
  actors::focalpilot_actor start_focalpilot(const actors::engine_ptr& engine,
                                            const actors::handles_ptr& handles,
                                            const actors::directory_actor& directory);
  bool recover(const actors::directory_actor& directory, const std::atomic<bool>& stop);

  const config::settings& settings_;
  std::shared_ptr<actors::service_state> service_;
  std::shared_ptr<metrics::meters> meters_;
  std::shared_ptr<const domain::catalogue> offers_;
  std::unique_ptr<store> store_;
  boost::asio::io_context sockets_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_sockets_;
  std::thread sockets_thread_;
  caf::actor_system_config system_settings_;
  std::unique_ptr<caf::actor_system> system_;
  std::shared_ptr<actors::engine> engine_;
  actors::allocator_actor allocator_;
  std::vector<caf::actor> ends_; ///< whom the end tells, in that order
  std::shared_ptr<std::atomic<int>> running_;
};

} // namespace cloudpods::daemon
