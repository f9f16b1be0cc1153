#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/focalpilot_protocol.hpp"
#include "actors/platform_protocol.hpp"
#include "actors/protocol.hpp"
#include "actors/reconcile_protocol.hpp"
#include "http/authenticate.hpp"
#include "http/clocks.hpp"
#include "http/event_streams.hpp"
#include "http/rate_limiter.hpp"
#include "http/server.hpp"
#include "metrics/meters.hpp"

namespace cloudpods::http {

/// What `[http]` and `[auth]` say, and the bounds of architecture 8.
struct api_settings {
  server_settings server;
  auth_settings auth;
  std::vector<std::string> trusted_proxies; ///< networks, `127.0.0.1/32`
  std::vector<std::string> metrics_from;    ///< networks of those that may read `/metrics`
  std::vector<std::string> allowed_origins; ///< of browsers, for the event stream
  std::chrono::seconds max_wait{25};
  std::chrono::milliseconds read_limit{5'000};     ///< for an actor to answer a question
  std::chrono::milliseconds command_limit{20'000}; ///< to answer a command
  std::size_t max_in_flight = 1024;
  std::size_t max_waiting = 10'000;
  std::size_t streams_per_tenant = 100;
  stream_settings streams;
  rate_settings rates;
  clocks now;
  std::shared_ptr<metrics::meters> meters = std::make_shared<metrics::meters>();
};

/// The actors that requests reach.
struct actor_handles {
  actors::tenant_directory_actor directory;
  std::vector<actors::reader_actor> readers;
  actors::event_feed_actor feed;
  std::map<domain::node_name, actors::node_door_actor> nodes;
  actors::platform_reader_actor platform;
  actors::registry_actor registry;
  actors::focalpilot_actor focalpilot;
  actors::reconcile_door_actor reconciler;
};

} // namespace cloudpods::http
