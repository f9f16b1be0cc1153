#pragma once

#include "domain/event.hpp"
#include "domain/operation.hpp"

namespace cloudpods::domain {

/// What was told of a node: the fold of its stream (contract 9, 11).
struct node_record {
  bool unreachable = false;
  bool circuit_open = false;
  bool drained = false;
  log_position log = {}; ///< of its log file, behind the last line that was told

  friend bool operator==(const node_record&, const node_record&) = default;
};

/// Folds a committed event of the node's stream; others change nothing.
void evolve(node_record& node, const event_payload& fact);

/// Whether requests for a node go through (contract 11).
enum class circuit_state {
  closed,  ///< they do
  open,    ///< they wait
  probing, ///< one was let through and decides
};

template <>
struct words<circuit_state> {
  static constexpr auto values = word_list("closed", "open", "probing");
};

} // namespace cloudpods::domain
