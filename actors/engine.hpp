#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>

#include "actors/offer_board.hpp"
#include "actors/service_state.hpp"
#include "domain/item_work.hpp"
#include "metrics/meters.hpp"

namespace cloudpods::actors {

/// What every actor of the engine is given: the installation, the clock and chance. Shared and
/// constant but for the epoch and for what a reload puts up.
struct engine {
  offer_board offers;
  domain::controller_id controller;
  domain::retry_policy retries;
  /// How long a step of each action may take on its node (contract 3, `[jobs]`).
  std::map<domain::item_action, std::chrono::seconds> timeouts;
  /// Between two looks at a guest that is waited for; doubles up to its twentyfold.
  std::chrono::milliseconds poll_interval{100};
  /// A tenant that nobody asked anything for so long may sleep.
  std::chrono::seconds idle_after{600};

  std::function<domain::instant()> now;
  std::function<std::uint64_t()> random; ///< 64 bits at each call, from any thread
  /// The daemon must end: another one writes. Does not return.
  std::function<void(const std::string&)> give_up;

  std::shared_ptr<service_state> service;
  /// The writer's, for the nodes; rises when the log reconnects.
  std::shared_ptr<std::atomic<std::int64_t>> epoch;
  /// Commands that run on nodes, for the grace of a stop.
  std::shared_ptr<std::atomic<int>> running;
  /// What is counted (contract 18).
  std::shared_ptr<metrics::meters> meters = std::make_shared<metrics::meters>();

  /// 15 minutes where nothing is set for the action.
  [[nodiscard]] std::chrono::seconds timeout_of(domain::item_action action) const;
  [[nodiscard]] std::string new_id(std::string_view prefix) const;
  /// In [0, 1).
  [[nodiscard]] double chance() const;
};

using engine_ptr = std::shared_ptr<const engine>;

} // namespace cloudpods::actors
