#include "persistence/counters.hpp"

#include <set>

namespace cloudpods::persistence {

namespace {

array_parameter names_of(const std::set<std::string>& names) {
  array_parameter out{wire_type::text};
  for (const auto& each : names)
    out.push(each);
  return out;
}

constexpr const char* count_sql =
    "SELECT 's', s, coalesce((SELECT e.stream_version FROM cloud_pod_events e "
    "WHERE e.stream = s ORDER BY e.stream_version DESC LIMIT 1), 0) FROM unnest($1) AS s "
    "UNION ALL "
    "SELECT 't', t, coalesce((SELECT e.tenant_seq FROM cloud_pod_events e "
    "WHERE e.tenant_id = t ORDER BY e.seq DESC LIMIT 1), 0) FROM unnest($2) AS t";

} // namespace

stored<void> counters::load(connection& link, std::span<const decision> decisions) {
  trim();
  std::set<std::string> streams;
  std::set<std::string> tenants;
  for (const auto& each : decisions)
    for (const auto& fact : each.events) {
      if (!streams_.confirmed.contains(fact.stream))
        streams.insert(fact.stream);
      if (!fact.tenant.empty() && !tenants_.confirmed.contains(fact.tenant.value))
        tenants.insert(fact.tenant.value);
    }
  if (streams.empty() && tenants.empty())
    return {};
  statement count{count_sql, {}};
  count.values.add(names_of(streams)).add(names_of(tenants));
  const auto rows = link.run_prepared(count);
  if (!rows)
    return std::unexpected(rows.error());
  for (int row = 0; row < rows->rows(); ++row) {
    auto& which = rows->text(row, 0) == "s" ? streams_ : tenants_;
    which.confirmed[std::string{rows->text(row, 1)}] = rows->integer(row, 2);
  }
  return {};
}

std::int64_t counters::next(numbers& which, const std::string& name) {
  const auto [place, is_new] = which.handed_out.try_emplace(name, 0);
  if (is_new)
    place->second = which.confirmed.at(name);
  return ++place->second;
}

void counters::confirm() {
  for (auto* which : {&streams_, &tenants_})
    for (auto& [name, number] : which->handed_out)
      which->confirmed[name] = number;
  discard();
}

void counters::discard() {
  streams_.handed_out.clear();
  tenants_.handed_out.clear();
}

void counters::forget() {
  streams_ = {};
  tenants_ = {};
}

void counters::trim() {
  // All at once: what is in use is read again by one query, and nothing has to be kept in order of
  // use meanwhile.
  if (streams_.confirmed.size() + tenants_.confirmed.size() > most_)
    forget();
}

} // namespace cloudpods::persistence
