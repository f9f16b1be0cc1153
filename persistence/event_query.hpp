#pragma once

#include <cstdint>

#include "persistence/connection.hpp"
#include "persistence/log_reader.hpp"

namespace cloudpods::persistence {

/// Selects a page of matching events with the head and the edge of what was looked at, all of one
/// snapshot. Walks the index that the filter suits best: tenant, pod or the whole log.
statement page_query(std::int64_t after, const event_filter& filter, int limit);

/// The page in the rows of a `page_query` with the same arguments.
stored<event_page> page_of(const result& rows, int limit);

/// `name*` and `name` as patterns for LIKE in which nothing else is special.
std::string like_pattern(std::string_view name);

} // namespace cloudpods::persistence
