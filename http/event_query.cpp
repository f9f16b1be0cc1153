#include "http/event_query.hpp"

namespace cloudpods::http {

bool is_name_pattern(std::string_view text) {
  const auto star = text.find('*');
  return !text.empty() && (star == std::string_view::npos || star + 1 == text.size());
}

actors::event_filter event_filter_from(query_reader& query, const target& where) {
  actors::event_filter wanted;
  for (const auto pod : where.parameters("podId"))
    wanted.pods.emplace_back(std::string{pod});
  for (const auto name : where.parameters("name"))
    if (is_name_pattern(name))
      wanted.names.emplace_back(name);
    else
      query.fault("name", "invalid_format", "has * only at its end");
  wanted.categories = query.words<domain::category>("category");
  return wanted;
}

} // namespace cloudpods::http
