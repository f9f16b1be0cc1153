#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include <caf/actor_system.hpp>

#include "actors/service_state.hpp"
#include "domain/catalogue.hpp"
#include "http/api_settings.hpp"

namespace cloudpods::http {

/// REST and event stream of the daemon (contract 4 to 9): what `daemon/` starts and stops.
///
/// It listens before anything else is up: `/healthz` is answered, everything else is 503 while
/// `state` is not serving. `offer` and `connect` come before `state` enters `serving`.
class api_server {
public:
  /// `actors` and `state` outlive it.
  /// @throws boost::system::system_error where a trusted proxy is no network
  api_server(api_settings settings, caf::actor_system& actors, const actors::service_state& state);
  /// Stops, without grace, where `stop` was not called.
  ~api_server();

  /// Binds and serves; returns the port.
  /// @throws boost::system::system_error where the address can't be had
  std::uint16_t start();
  /// What is sold; again after a reload. From any thread.
  void offer(std::shared_ptr<const domain::catalogue> offers);
  /// Whom tokens are believed from, and how fast tenants may ask; from a reload. From any thread.
  void believe(const auth_settings& auth);
  void limit(const rate_settings& rates);
  /// Calls `answered` on each io thread, as soon as that comes to it. From any thread.
  void ping(const std::function<void()>& answered);
  /// The actors that requests reach, once they are up. From any thread.
  void connect(actor_handles actors);
  /// Takes no new connections, ends streams with 1001, lets answers under way finish within
  /// `grace`. The actors still live.
  void stop(std::chrono::milliseconds grace);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::http
