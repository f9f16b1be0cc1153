#pragma once

#include <string>
#include <vector>

#include "persistence/connection.hpp"
#include "persistence/log_reader.hpp"

namespace cloudpods::persistence {

/// What pods gave up after `since`, seen in their streams: `events` are all events of some pods'
/// streams, pod by pod, each in order.
void find_released(const std::vector<stored_event>& events, domain::instant since,
                   allocator_view& out);

/// What is held and what was released after `since`, of one snapshot.
stored<allocator_view> read_holdings(connection& link, domain::instant since);

} // namespace cloudpods::persistence
