#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/failure_window.hpp"
#include "domain/load_rules.hpp"
#include "domain/recommendation.hpp"
#include "persistence/log_reader.hpp"
#include "persistence/upkeep.hpp"

// What the rules of FocalPilot read of the store, and where they keep since when a pod is busy.

namespace cloudpods::persistence {

/// The next stretch of the log: failures of jobs and what became of recommendations, by seq.
struct advice_stretch {
  std::vector<std::variant<domain::job_failure, domain::event>> facts;
  std::int64_t looked_up_to = 0;
  std::int64_t head = 0;
};

struct recommendation_filter {
  std::optional<domain::tenant_id> tenant;
  std::vector<domain::recommendation_status> statuses; ///< empty: all
  std::optional<std::string> before;                   ///< the last one of the page before
  int limit = 50;
};

/// A session of its own, that is opened again where it broke. Blocks; belongs to one thread.
class advice_store {
public:
  explicit advice_store(std::string dsn);
  ~advice_store();
  advice_store(advice_store&&) noexcept;
  advice_store& operator=(advice_store&&) noexcept;

  /// The last seq that is older than `then`.
  stored<std::int64_t> seq_before(domain::instant then);
  /// What follows `seq`; looks at a bounded stretch of the log.
  stored<advice_stretch> follow(std::int64_t seq);

  stored<std::vector<domain::recommendation>> open();
  stored<std::optional<domain::recommendation>> find(const std::string& id);
  /// The one that the event with that seq opened.
  stored<std::optional<domain::recommendation>> opened_by(std::int64_t seq);
  /// Newest first; one more than `limit` where there are more.
  stored<std::vector<domain::recommendation>> list(const recommendation_filter& which);
  /// The answer that `owner` was given under `key`, where it has not expired at `now`.
  stored<std::optional<kept_answer>> answer(const std::string& owner, const std::string& key,
                                            domain::instant now);

  /// How busy guests were at `at`: of pods that are active on that node.
  stored<void> note_loads(const std::vector<domain::guest_load>& loads, domain::instant at);
  /// Pods that have been busy, or idle, long enough to be told.
  stored<std::vector<domain::loaded_pod>> loaded(domain::instant now);
  /// Pods that each of the last checks found critical.
  stored<std::vector<domain::unhealthy_pod>> unhealthy(std::chrono::seconds between_checks);
  /// Pods without a backup for twice as long as their policy allows.
  stored<std::vector<domain::overdue_pod>> overdue(const std::vector<upkeep_rule>& plans,
                                                   const std::vector<upkeep_rule>& tenant_plans,
                                                   domain::instant now);
  /// Open recommendations about pods that are gone.
  stored<std::vector<std::string>> about_deleted();

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::persistence
