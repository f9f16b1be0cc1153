#include "persistence/log_fold.hpp"

#include "persistence/event_row.hpp"
#include "persistence/expiry.hpp"
#include "persistence/projection.hpp"

namespace cloudpods::persistence {

namespace {

/// Events read at once: long pages merge into few row patches.
constexpr int page_length = 2'000;

constexpr int hash_column = static_cast<int>(hashed_columns);

log_difference check_page(const result& page, chain_check& check) {
  std::string microseconds;
  for (int row = 0; row < page.rows(); ++row)
    if (auto wrong =
            check.see(fields_of_row(page, row, 0, microseconds), page.bytes(row, hash_column)))
      return wrong;
  return std::nullopt;
}

stored<void> fold_page(connection& link, const result& page) {
  projection rows;
  for (int row = 0; row < page.rows(); ++row) {
    const auto fact = event_of_row(page, row);
    if (!fact)
      return std::unexpected(fact.error());
    rows.add(fact->event);
  }
  for (const auto& each : rows.take_statements())
    if (auto written = link.run_prepared(each); !written)
      return std::unexpected(written.error());
  return {};
}

} // namespace

stored<log_difference> walk_log(connection& link, chain_check& check,
                                const std::function<stored<void>(const result&)>& on_page) {
  const auto declared =
      link.run("DECLARE log_walk NO SCROLL CURSOR FOR SELECT " + std::string{event_columns} +
               ", e.hash FROM cloud_pod_events e WHERE e.seq > " + std::to_string(check.seq()) +
               " ORDER BY e.seq");
  if (!declared)
    return std::unexpected(declared.error());
  for (;;) {
    const auto page = link.run("FETCH " + std::to_string(page_length) + " FROM log_walk");
    if (!page)
      return std::unexpected(page.error());
    if (page->empty())
      return log_difference{};
    if (auto wrong = check_page(*page, check))
      return wrong;
    if (auto taken = on_page(*page); !taken) {
      // A broken payload is what is wrong with the log; all else is a fault of the moment.
      if (taken.error().kind == fault_kind::unusable)
        return log_difference{taken.error().message};
      return std::unexpected(taken.error());
    }
  }
}

stored<log_difference> fold_into_shadows(connection& link, chain_check& check,
                                         const std::string& schema) {
  // The shadows begin empty, so the planner would read them whole for ever.
  if (auto set = link.run("SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; "
                          "SET LOCAL enable_mergejoin = off; "
                          "SET LOCAL plan_cache_mode = force_generic_plan");
      !set)
    return std::unexpected(set.error());
  auto wrong = walk_log(link, check, [&](const result& page) { return fold_page(link, page); });
  if (!wrong)
    return wrong;
  const auto horizon = read_horizon(link, schema);
  if (!horizon)
    return std::unexpected(horizon.error());
  if (auto removed = remove_expired(link, *horizon); !removed)
    return std::unexpected(removed.error());
  if (auto set = link.run("SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; "
                          "SET LOCAL enable_mergejoin = on");
      !set)
    return std::unexpected(set.error());
  return wrong;
}

} // namespace cloudpods::persistence
