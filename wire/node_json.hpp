#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/node.hpp"
#include "domain/operation.hpp"
#include "wire/json_writer.hpp"

// What operators are shown of the nodes (contract 8), written into a document.

namespace cloudpods::wire {

/// An attempt of a step that a worker follows.
struct running_command {
  domain::item_id item;
  domain::pod_id pod;
  domain::step step = domain::step::clone;
  int attempt = 1;
  domain::instant since;
};

struct node_view {
  domain::node_name name;
  std::string region;
  bool reachable = false;
  std::string message; ///< why it is not reachable
  domain::circuit_state circuit = domain::circuit_state::closed;
  bool drained = false;
  std::optional<domain::node_capacity> capacity; ///< absent: it was not read yet
  std::optional<domain::instant> read_at;
  std::vector<running_command> running;
  std::int64_t busy = 0;    ///< pods that hold a place on it
  std::int64_t waiting = 0; ///< pods that wait for one
  std::optional<domain::sudo_rights> sudo;
};

void write_node(json_writer& out, const node_view& node);

/// The document of one node.
std::string node_json(const node_view& node);
/// `{"items":[…]}`
std::string nodes_json(const std::vector<node_view>& nodes);

} // namespace cloudpods::wire
