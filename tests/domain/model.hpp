#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "domain/allocation.hpp"
#include "domain/fake_node.hpp"
#include "domain/item_work.hpp"
#include "domain/samples.hpp"

namespace cloudpods::domain::samples {

/// The log of one tenant with everything that folds it. Each append is one decision, and after
/// each the claims of contract 10 to 12 are checked; a broken one throws.
class model {
public:
  explicit model(std::shared_ptr<const catalogue> offers);

  void append(const std::vector<new_event>& facts, instant now);

  [[nodiscard]] const tenant_state& tenant() const { return tenant_; }
  [[nodiscard]] const pod_record& record(const pod_id& pod) const { return *tenant_.find(pod); }
  [[nodiscard]] const std::vector<event>& events() const { return events_; }
  [[nodiscard]] const catalogue& offers() const { return *offers_; }
  [[nodiscard]] const node_description& site_of(const pod_id& pod) const;
  allocation& allocator() { return allocator_; }
  /// A step that takes something away ended with a warning: what it was for may remain.
  [[nodiscard]] bool is_excused(const pod_id& pod) const { return excused_.contains(pod); }

  /// The state is the fold of the whole log.
  void check_refold() const;
  /// Every job and item has ended exactly once.
  void check_ends() const;

private:
  void check(const event& fact);
  void check_ledger() const;
  void check_allotments() const;

  std::shared_ptr<const catalogue> offers_;
  tenant_state tenant_;
  allocation allocator_;
  std::vector<event> events_;
  std::map<std::string, std::int64_t> versions_;
  std::map<job_id, int> job_ends_;
  std::map<item_id, int> item_ends_;
  std::map<item_id, std::set<int>> attempts_;
  std::map<pod_id, pod_status> status_;
  std::set<pod_id> excused_;
};

/// Everything in a tenant's state, as text that can be compared and read.
std::string told(const tenant_state& state);
std::string told(const pod_record& record);

} // namespace cloudpods::domain::samples
