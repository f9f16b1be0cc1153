#include "domain/node.hpp"

namespace cloudpods::domain {

void evolve(node_record& node, const event_payload& fact) {
  if (std::holds_alternative<node_unreachable>(fact))
    node.unreachable = true;
  else if (std::holds_alternative<node_reachable>(fact))
    node.unreachable = false;
  else if (std::holds_alternative<node_circuit_opened>(fact))
    node.circuit_open = true;
  else if (std::holds_alternative<node_circuit_closed>(fact))
    node.circuit_open = false;
  else if (std::holds_alternative<node_drained>(fact))
    node.drained = true;
  else if (std::holds_alternative<node_resumed>(fact))
    node.drained = false;
  else if (const auto* line = std::get_if<node_log>(&fact))
    node.log = {line->file, line->next_offset};
}

} // namespace cloudpods::domain
