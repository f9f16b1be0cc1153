#pragma once

#include <map>
#include <vector>

#include "actors/engine_protocol.hpp"

namespace cloudpods::actors {

/// Whom tenants and pods ask. Nobody here ever asks back (architecture 2).
struct engine_handles {
  event_log_actor log;
  event_feed_actor feed;
  allocator_actor allocator;
  std::vector<store_reader_actor> readers;
  std::map<domain::node_name, node_actor> nodes;

  /// One of the readers, by turns over the names.
  [[nodiscard]] const store_reader_actor& reader_for(const std::string& name) const {
    return readers[std::hash<std::string>{}(name) % readers.size()];
  }
};

using handles_ptr = std::shared_ptr<const engine_handles>;

} // namespace cloudpods::actors
