#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/action_payloads.hpp"
#include "domain/quota.hpp"

// What operators are told of all tenants together, as the store has it (contract 8, 18).

namespace cloudpods::domain {

/// How many there are of each, by a word.
using counts = std::map<std::string, std::int64_t>;

/// What waits for its turn, and what runs.
struct queue_figures {
  counts by_status; ///< `queued`, `running`
  std::optional<instant> oldest_queued;
};

/// The store's part of `admin/stats`.
struct platform_figures {
  std::int64_t tenants = 0;
  counts pods_by_status; ///< that are not deleted
  counts pods_by_plan;   ///< the same ones
  /// Of what their plans were when they were sold, of pods neither deleted nor in `error`.
  std::int64_t monthly_cents = 0;
  resources held; ///< by all tenants, used and reserved
  queue_figures queue;
  std::int64_t provisioned = 0; ///< in the last day, as the next two
  std::int64_t jobs_succeeded = 0;
  std::int64_t jobs_failed = 0;
  std::int64_t last_seq = 0;
};

/// A tenant as the store lists it.
struct tenant_entry {
  tenant_id id;
  tenant_updated said;
  instant created_at;
};

struct tenant_page {
  std::vector<tenant_entry> items;
  bool has_more = false;
};

/// What a tenant holds and may hold.
struct tenant_gauges {
  tenant_id id;
  std::optional<std::string> plan;
  quota_changed own_limits;
  holdings held;
  counts pods_by_status;
};

/// The store's part of `/metrics`.
struct platform_gauges {
  counts pods_by_status;
  queue_figures queue;
  std::vector<tenant_gauges> tenants; ///< in the order of their ids
};

} // namespace cloudpods::domain
