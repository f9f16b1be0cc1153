#pragma once

#include "actors/protocol.hpp"
#include "http/query_reader.hpp"

namespace cloudpods::http {

/// Whether a name of an event, or what it begins with and `*`, can be meant (contract 9).
bool is_name_pattern(std::string_view text);

/// `podId`, `name` and `category` of a query, all repeatable: which events are wanted (contract 6,
/// 9). Faults go to `query`. The tenant is not looked at.
actors::event_filter event_filter_from(query_reader& query, const target& where);

} // namespace cloudpods::http
