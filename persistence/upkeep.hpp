#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/pod.hpp"
#include "persistence/fault.hpp"

// What runs by the clock asks the projections: whose backup is due, whose health is looked at.

namespace cloudpods::persistence {

/// The rules of the policy that a plan, or a tenant's plan, names.
struct upkeep_rule {
  std::string name; ///< the plan's code or id
  std::int64_t every_hours = 0;
  std::int64_t keep_days = 0;
};

struct upkeep_question {
  domain::instant now;
  std::vector<upkeep_rule> plans;
  std::vector<upkeep_rule> tenant_plans; ///< for pods whose plan names no policy
  std::int64_t days_without_policy = 0;  ///< for how long backups then outlive their pod
  domain::instant failed_before;         ///< a run that failed later is left alone
  std::vector<domain::node_name> nodes;  ///< only pods of these
  std::vector<domain::pod_id> besides;   ///< not these
  int most_open = 2;                     ///< backups that are open on one node
  int limit = 200;
};

/// A live pod whose backup may be due, or a deleted one whose backups are to go.
struct due_pod {
  domain::pod_id pod;
  domain::tenant_id tenant;
  bool removal = false;
  std::optional<domain::instant> last_good; ///< of the policy
  std::int64_t every_hours = 0;
};

/// A session of its own, that is opened again where it broke. Blocks; belongs to one thread.
class upkeep_store {
public:
  explicit upkeep_store(std::string dsn);
  ~upkeep_store();
  upkeep_store(upkeep_store&&) noexcept;
  upkeep_store& operator=(upkeep_store&&) noexcept;

  /// The removals, then the backups that were due longest ago, at most `most_open` less those open
  /// for each node. A backup is named up to a tenth of its interval early.
  stored<std::vector<due_pod>> due(const upkeep_question& question);

  /// Active pods with an id past `after` and nothing open, by id; of each what `judge_health`
  /// needs: kind, vmid, node, what is wanted of it, and the health that was told last.
  stored<std::vector<domain::pod>> watched(const domain::pod_id& after, int limit);

  /// Their health was looked at. Waits for nobody: rows that the writer holds are passed over.
  stored<void> note_checked(const std::vector<domain::pod_id>& pods, domain::instant at);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::persistence
