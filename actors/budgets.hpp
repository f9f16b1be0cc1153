#pragma once

#include <compare>
#include <cstddef>
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

/// Who may use the node now, and who waits for what (contract 11). Tenants take turns: in each round
/// every tenant is served once, first those that came to wait in it, then the others in the order
/// in which they were served before; within a tenant first in, first out. Who waits for a full budget holds up those behind it in the same budget only. Plain logic; what
/// it does for one wish does not grow with how many wait.
class budgets {
public:
  using key_set = std::set<std::string>;

  struct grant {
    domain::pod_id pod;
    key_set keys;
  };

  /// What a pod waits for, and where in the queue for it: 1 is next.
  struct standing {
    domain::pod_id pod;
    std::string on;
    std::size_t place = 1;
  };

  explicit budgets(budget_limits limits) : limits_(limits) {}

  /// Counts what a pod uses already, whether there is room or not.
  void claim(const domain::pod_id& pod, const key_set& keys);
  /// Queues a wish, in place of an earlier one of that pod that still waits.
  void ask(const domain::tenant_id& tenant, const domain::pod_id& pod, const key_set& keys);
  /// Gives back keys; all, and the wish that waits, where none are named.
  void release(const domain::pod_id& pod, const key_set& keys);

  /// Grants what can be granted now, in order.
  std::vector<grant> admit();

  /// Nothing where the pod does not wait. The place is at most that far back: tenants that came
  /// to wait later than this pod's may have been counted before it.
  [[nodiscard]] std::optional<standing> standing_of(const domain::pod_id& pod) const;
  /// Those served next, exactly as the turns will serve them, at most so many for each budget.
  [[nodiscard]] std::vector<standing> next_in_line(std::size_t most) const;

  [[nodiscard]] std::size_t waiting() const { return wishes_.size(); }
  /// Pods that hold something.
  [[nodiscard]] std::size_t busy() const { return leases_.size(); }
  /// How many may hold `key` at once.
  [[nodiscard]] int limit_of(const std::string& key) const;

private:
  struct wish {
    domain::tenant_id tenant;
    key_set keys;
    key_set missing; ///< what it does not hold yet: names its line
    std::uint64_t number = 0;
  };
  using waiting_pods = std::map<std::uint64_t, domain::pod_id>; ///< by number

  /// When a tenant is next. Who comes to wait is served before those who were served in the round
  /// before, and then is one of them: a short job is not behind a hundred tenants' long queues.
  struct turn {
    std::uint64_t round = 0;
    bool was_served = false;
    std::uint64_t number = 0;

    auto operator<=>(const turn&) const = default;
  };

  /// A tenant with wishes; it stands in every line where one of them waits.
  struct waiting_tenant {
    turn next;
    std::map<key_set, waiting_pods> lines;
    std::map<std::string, std::size_t> wanting; ///< how many wishes miss a key
  };
  /// The tenants that wait for the same keys, by turn.
  using line = std::map<turn, domain::tenant_id>;

  void enqueue(const domain::pod_id& pod, wish asked);
  wish dequeue(const domain::pod_id& pod);
  void forget_idle(const domain::tenant_id& tenant);
  void count(waiting_tenant& of, const key_set& keys, bool more);
  [[nodiscard]] turn first_turn(const domain::tenant_id& tenant, const key_set& missing);
  void take_turn(const domain::tenant_id& tenant);
  void remember(const domain::tenant_id& tenant, const turn& next);
  void hold(const domain::pod_id& pod, const key_set& keys);
  [[nodiscard]] std::optional<domain::pod_id> next() const;
  [[nodiscard]] bool is_full(const std::string& key) const;
  [[nodiscard]] bool fits(const key_set& keys) const;
  [[nodiscard]] std::string waits_for(const key_set& missing) const;
  [[nodiscard]] key_set missing(const domain::pod_id& pod, const key_set& keys) const;
  [[nodiscard]] line first_tenants(const std::string& key, std::size_t most) const;
  [[nodiscard]] waiting_pods first_pods(const domain::tenant_id& tenant, const std::string& key,
                                        std::size_t most) const;
  void list_next(const std::string& key, std::size_t most, std::vector<standing>& out) const;

  budget_limits limits_;
  std::map<std::string, int> used_;
  std::map<domain::pod_id, key_set> leases_;
  std::map<domain::pod_id, wish> wishes_;
  std::map<domain::tenant_id, waiting_tenant> tenants_;
  std::map<key_set, line> lines_;
  /// For each key, how many tenants have at least 1, 2, 3, … wishes that miss it.
  std::map<std::string, std::vector<std::size_t>> demand_;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_turn_ = 0;
  std::uint64_t round_ = 0; ///< the latest in which somebody was served
  /// The next rounds of tenants that wait no more: who comes back is not new in the same round.
  std::map<domain::tenant_id, std::uint64_t> left_;
  std::size_t most_left_ = fewest_left;
  static constexpr std::size_t fewest_left = 1024;
};

} // namespace cloudpods::actors
