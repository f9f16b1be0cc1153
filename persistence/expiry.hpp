#pragma once

#include <string>

#include "persistence/connection.hpp"

namespace cloudpods::persistence {

/// Takes out of the present tables the jobs that closed at or before `horizon`, with their queue
/// items; gives how many jobs went. Real tables and shadows alike (contract 13).
stored<std::int64_t> remove_expired(connection& link, domain::instant horizon);

/// Up to when closed jobs are absent from the projections in `schema` (quoted).
stored<domain::instant> read_horizon(connection& link, const std::string& schema);

} // namespace cloudpods::persistence
