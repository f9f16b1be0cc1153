#pragma once

#include <string>
#include <vector>

#include "domain/drift_list.hpp"
#include "wire/json_writer.hpp"

// Differences between nodes and log, for operators (contract 8, 17).

namespace cloudpods::wire {

void write_drift(json_writer& out, const domain::drift_entry& drift);
std::string drift_json(const domain::drift_entry& drift);

/// What a sweep came to.
struct reconcile_view {
  bool finished = false;
  domain::instant begun_at;
  std::vector<domain::node_name> nodes_read;
  std::vector<domain::node_name> nodes_away;
  std::int64_t pods = 0;
  std::int64_t guests = 0;
  std::int64_t changes = 0;
};

std::string reconcile_json(const reconcile_view& sweep);

} // namespace cloudpods::wire
