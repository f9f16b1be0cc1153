#include "persistence/event_query.hpp"

#include <algorithm>
#include <string>

#include "persistence/event_row.hpp"

namespace cloudpods::persistence {

namespace {

/// How many events a page may look at to find those that match by name or category.
constexpr int stretch_length = 4'000;

/// Columns before the event's own.
constexpr int event_column = 3;

bool looks_closer(const event_filter& filter) {
  return !filter.names.empty() || !filter.categories.empty();
}

/// Hands out `$n` for values as they are added.
class sql_builder {
public:
  template <class Value>
  std::string place(const Value& value) {
    values_.add(value);
    return "$" + std::to_string(values_.size());
  }

  parameters take() { return std::move(values_); }

private:
  parameters values_;
};

array_parameter pods_of(const event_filter& filter) {
  array_parameter out{wire_type::text};
  for (const auto& each : filter.pods)
    out.push(each.value);
  return out;
}

array_parameter patterns_of(const event_filter& filter) {
  array_parameter out{wire_type::text};
  for (const auto& each : filter.names)
    out.push(like_pattern(each));
  return out;
}

array_parameter categories_of(const event_filter& filter) {
  array_parameter out{wire_type::text};
  for (const auto each : filter.categories)
    out.push(domain::text(each));
  return out;
}

/// The next events that an index finds, matching or not.
std::string stretch_sql(const event_filter& filter, sql_builder& sql, std::int64_t after,
                        int length) {
  const auto rest = " AND e.seq > " + sql.place(after);
  const auto most = " LIMIT " + sql.place(length);
  if (!filter.pods.empty()) {
    // Each pod's next ones by its index, then the first of them all.
    auto inner = "SELECT e.* FROM cloud_pod_events e WHERE e.pod_id = p.id" + rest;
    if (filter.tenant)
      inner += " AND e.tenant_id = " + sql.place(filter.tenant->value);
    return "SELECT e.* FROM (SELECT DISTINCT id FROM unnest(" + sql.place(pods_of(filter)) +
           ") AS d(id)) AS p CROSS JOIN LATERAL (" + inner + " ORDER BY e.pod_id, e.seq" + most +
           ") AS e ORDER BY e.seq" + most;
  }
  if (filter.tenant)
    return "SELECT e.* FROM cloud_pod_events e WHERE e.tenant_id = " +
           sql.place(filter.tenant->value) + rest + " ORDER BY e.tenant_id, e.seq" + most;
  return "SELECT e.* FROM cloud_pod_events e WHERE true" + rest + " ORDER BY e.seq" + most;
}

std::string match_sql(const event_filter& filter, sql_builder& sql) {
  std::string condition = "true";
  if (!filter.names.empty())
    condition += " AND s.name LIKE ANY(" + sql.place(patterns_of(filter)) + ")";
  if (!filter.categories.empty())
    condition += " AND s.type = ANY(" + sql.place(categories_of(filter)) + ")";
  return condition;
}

} // namespace

std::string like_pattern(std::string_view name) {
  const bool open = name.ends_with('*');
  if (open)
    name.remove_suffix(1);
  std::string pattern;
  for (const char each : name) {
    if (each == '%' || each == '_' || each == '\\')
      pattern.push_back('\\');
    pattern.push_back(each);
  }
  return open ? pattern + "%" : pattern;
}

statement page_query(std::int64_t after, const event_filter& filter, int limit) {
  sql_builder sql;
  const int length = looks_closer(filter) ? std::max(limit, stretch_length) : limit;
  const auto stretch = stretch_sql(filter, sql, after, length);
  const auto matches = match_sql(filter, sql);
  const auto most = sql.place(limit);
  const auto full = sql.place(length);
  return {"WITH head AS (SELECT seq FROM cloud_pod_log_head), stretch AS MATERIALIZED (" + stretch +
              "), edge AS (SELECT max(seq) AS seq, count(*) >= " + full +
              " AS is_full FROM stretch) "
              "SELECT head.seq, edge.seq, edge.is_full, " +
              std::string{event_columns} +
              " FROM head CROSS JOIN edge LEFT JOIN (SELECT s.* FROM stretch s WHERE " + matches +
              " ORDER BY s.seq LIMIT " + most + ") AS e ON true ORDER BY e.seq",
          sql.take()};
}

stored<event_page> page_of(const result& rows, int limit) {
  event_page page;
  if (rows.empty())
    return faulty(fault_kind::unusable, "the log's head row is missing");
  page.head = rows.integer(0, 0);
  page.looked_up_to = rows.boolean(0, 2) ? rows.integer(0, 1) : page.head;
  for (int row = 0; row < rows.rows() && !rows.is_null(row, event_column); ++row) {
    auto event = event_of_row(rows, row, event_column);
    if (!event)
      return std::unexpected(event.error());
    page.events.push_back(*std::move(event));
  }
  if (static_cast<int>(page.events.size()) == limit)
    page.looked_up_to = page.events.back().event.seq;
  return page;
}

} // namespace cloudpods::persistence
