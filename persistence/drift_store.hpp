#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "domain/drift.hpp"
#include "domain/drift_list.hpp"
#include "domain/pod.hpp"
#include "persistence/fault.hpp"

// What the reconciler compares with the nodes, and what it said before (contract 17).

namespace cloudpods::persistence {

/// A pod as `compare` and the reports need it: identity, place, size, power, what was told of it.
/// One with an open item has a job that stands for it, without more.
struct compared_pod {
  domain::pod_record record;
};

/// A session of its own, that is opened again where it broke. Blocks; belongs to one thread.
class drift_store {
public:
  explicit drift_store(std::string dsn);
  ~drift_store();
  drift_store(drift_store&&) noexcept;
  drift_store& operator=(drift_store&&) noexcept;

  /// Pods that are not deleted with an id past `after`, by id.
  stored<std::vector<compared_pod>> compared(const domain::pod_id& after, int limit);
  /// One pod, also a deleted one.
  stored<std::optional<compared_pod>> find_pod(const domain::pod_id& pod);
  /// Guests of no pod of which was told and that are not resolved.
  stored<std::vector<domain::node_drift>> told_of_nodes();
  stored<std::optional<domain::drift_entry>> find(const std::string& id);
  /// By id.
  stored<domain::drift_page> list(const domain::drift_filter& filter);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::persistence
