#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/ids.hpp"

namespace cloudpods::actors {

/// How much goes at once on one node (contract 3, 11).
struct budget_limits {
  int guests = 8;       ///< guest operations
  int per_storage = 1;  ///< clones, restores and disk allocations
  int per_template = 1; ///< clones of one container template
};

/// Who may use the node now, and who waits for what. First in, first out; who waits for a full
/// budget holds up those behind it in the same budget only. Plain logic.
class budgets {
public:
  struct grant {
    domain::pod_id pod;
    std::set<std::string> keys;
  };

  explicit budgets(budget_limits limits) : limits_(limits) {}

  /// Counts what a pod uses already, whether there is room or not.
  void claim(const domain::pod_id& pod, const std::set<std::string>& keys);
  /// Queues a wish, in place of an earlier one of that pod that still waits.
  void ask(const domain::pod_id& pod, const std::set<std::string>& keys);
  /// Gives back keys; all, and the wish that waits, where none are named.
  void release(const domain::pod_id& pod, const std::set<std::string>& keys);

  /// Grants what can be granted now, in order.
  std::vector<grant> admit();
  /// The full budget that a waiting pod waits for.
  [[nodiscard]] std::optional<std::string> waits_for(const domain::pod_id& pod) const;
  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

private:
  struct wish {
    domain::pod_id pod;
    std::set<std::string> keys;
  };

  void forget_wish(const domain::pod_id& pod);
  [[nodiscard]] int limit_of(const std::string& key) const;
  [[nodiscard]] bool is_full(const std::string& key) const;
  [[nodiscard]] std::set<std::string> missing(const wish& asked) const;

  budget_limits limits_;
  std::map<std::string, int> used_;
  std::map<domain::pod_id, std::set<std::string>> leases_;
  std::map<std::uint64_t, wish> queue_; ///< by turn
  std::map<domain::pod_id, std::uint64_t> turns_;
  std::uint64_t last_turn_ = 0;
};

} // namespace cloudpods::actors
