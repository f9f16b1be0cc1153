#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/event.hpp"
#include "domain/node.hpp"
#include "persistence/decision.hpp"
#include "persistence/fault.hpp"
#include "persistence/log_head.hpp"

namespace cloudpods::persistence {

struct reader_settings {
  std::string dsn;
  int statement_timeout_ms = 10'000;
  int connect_timeout_s = 5;
};

/// OR inside a list, AND between them; empty means all (contract 9).
struct event_filter {
  std::optional<domain::tenant_id> tenant;
  std::vector<domain::pod_id> pods;
  std::vector<std::string> names; ///< `*` only at the end
  std::vector<domain::category> categories;
};

/// Matching events after a position, oldest first.
struct event_page {
  std::vector<stored_event> events;
  /// Nothing that matches lies between the given position and this one but `events`: where the next
  /// page begins.
  std::int64_t looked_up_to = 0;
  std::int64_t head = 0; ///< of the log, as this page saw it
};

/// Every event of one stream or tenant, in order.
struct history {
  std::vector<stored_event> events;
  std::int64_t head = 0; ///< of the log, as this history saw it
};

/// An answer that was given before, kept for 24 h (contract 5).
struct kept_answer {
  idempotency_entry entry;
  std::int64_t seq = 0; ///< of the decision's last event: fold up to here to render it again
  domain::instant expires_at;
};

/// What a pod takes, or took, of its node.
struct pod_holding {
  domain::pod_id pod;
  domain::tenant_id tenant;
  std::optional<domain::vmid> guest;
  domain::node_name node;
  std::string region;
  std::optional<std::string> ip_address;
  std::int64_t memory_mb = 0;
  std::int64_t disk_gb = 0;
  domain::storage_name storage;
  domain::pod_status status = domain::pod_status::pending;
};

/// A vmid or address that no pod has any more, but had until a short time ago.
template <class Thing>
struct released {
  Thing what;
  std::string region;
  domain::instant at;
};

struct allocator_view {
  std::vector<pod_holding> pods; ///< all that are not deleted
  std::vector<released<domain::vmid>> vmids;
  std::vector<std::pair<domain::vmid, std::string>> backups; ///< that exist, by their vmid
  std::vector<released<std::string>> addresses;
  std::vector<domain::node_name> drained; ///< of the nodes that are configured; the caller says
  std::int64_t head = 0;
};

/// Tenants with open work, each in one of the lists, in order.
struct open_tenants {
  std::vector<domain::tenant_id> begun;   ///< something of it may run on a node
  std::vector<domain::tenant_id> waiting; ///< nothing of it was begun
};

/// Reads the log and its projections; never writes. Blocks; belongs to one thread. A connection
/// that breaks is made again by the next call.
class log_reader {
public:
  explicit log_reader(reader_settings settings);
  ~log_reader();
  log_reader(log_reader&&) noexcept;
  log_reader& operator=(log_reader&&) noexcept;

  stored<log_head> head();

  /// At most `limit` events after `seq`; looks at a bounded stretch of the log where the filter is
  /// narrow, so a page may be empty with `looked_up_to` < `head`.
  stored<event_page> events_after(std::int64_t seq, const event_filter& filter, int limit);

  /// All events of `tenant` (of its streams and its pods'), up to `up_to` where given.
  stored<history> tenant_history(const domain::tenant_id& tenant,
                                 std::optional<std::int64_t> up_to = std::nullopt);
  /// All events of the pod's stream, up to `up_to` where given.
  stored<history> pod_history(const domain::pod_id& pod,
                              std::optional<std::int64_t> up_to = std::nullopt);

  /// What was told of a node last: the fold of its stream (contract 11).
  stored<domain::node_record> node_record(const domain::node_name& node);

  /// Those of `items` that the log knows and that have ended.
  stored<std::vector<domain::item_id>> ended_of(const std::vector<domain::item_id>& items);

  /// Whose it is; nothing where there is none. A vmid finds only a pod that is not deleted.
  stored<std::optional<domain::tenant_id>> owner_of(domain::vmid guest);
  stored<std::optional<domain::tenant_id>> owner_of(const domain::pod_id& pod);
  stored<std::optional<domain::tenant_id>> owner_of(const domain::job_id& job);
  stored<std::optional<domain::tenant_id>> owner_of(const domain::deployment_id& deployment);

  /// Every stack blueprint as it was put last.
  stored<std::vector<domain::stack_blueprint>> stack_blueprints();

  /// When the pod's health was last looked at by a sweep; nothing where it never was.
  stored<std::optional<domain::instant>> health_checked_at(const domain::pod_id& pod);

  /// Answers of `tenant` that have not expired at `now`.
  stored<std::vector<kept_answer>> idempotency_of(const domain::tenant_id& tenant,
                                                  domain::instant now);

  /// Tenants with a queue item or a job that has not ended, or a pod that is between two states.
  stored<open_tenants> tenants_with_open_work();

  /// What is held, and what was released after `now - quarantine` (contract 11).
  stored<allocator_view> holdings_for_allocator(domain::instant now,
                                                std::chrono::seconds quarantine);

  stored<std::optional<std::string>> secret(const domain::pod_id& pod, const std::string& name);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::persistence
