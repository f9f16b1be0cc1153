#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "persistence/connection.hpp"
#include "persistence/counters.hpp"
#include "persistence/decision.hpp"
#include "persistence/hash_chain.hpp"
#include "persistence/log_head.hpp"

namespace cloudpods::persistence {

/// Names and versions of events that are in `cloud_pod_event_names`.
using event_names = std::set<std::pair<std::string, int>, std::less<>>;

/// Decisions made ready to be written in one transaction.
struct batch {
  std::vector<std::vector<stored_event>> decisions;
  std::vector<std::int64_t> ends;    ///< where the log stands after each decision
  std::vector<statement> statements; ///< all but the one that moves the head
  event_names new_names;
  domain::instant last_time;
  log_head after; ///< the head once it is written

  /// Moves the head, or fails where another writer has it. Part of the statements only when sent:
  /// the epoch may have been raised since the batch was made.
  [[nodiscard]] statement advance(const log_head& before) const;
};

/// What the numbers of new events go on from.
struct batch_start {
  log_head head;
  domain::instant last_time;
  const event_names& known_names;
};

/// Numbers and hashes the events of `decisions` and writes down everything that goes with them:
/// projections, answers to requests, secrets. `count` has loaded their streams and tenants.
batch make_batch(std::span<const decision> decisions, const batch_start& start, domain::instant now,
                 counters& count, hash_chain& chain, const std::function<std::uint64_t()>& random);

} // namespace cloudpods::persistence
