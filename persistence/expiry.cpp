#include "persistence/expiry.hpp"

#include "persistence/maintenance.hpp"

namespace cloudpods::persistence {

namespace {

/// The new horizon: the wanted one or, where more than so many jobs would go, the end of the last
/// of them. It stays before the last event's time: whatever closes later closes behind it, so a
/// row is past the horizon only by the deletion that moved it.
constexpr std::string_view move_sql =
    "UPDATE cloud_pod_expiry x SET horizon = greatest(x.horizon, least("
    "(SELECT e.created_at - interval '1 millisecond' FROM cloud_pod_log_head h "
    "JOIN cloud_pod_events e ON e.seq = h.seq), $1, "
    "(SELECT j.finished_at FROM cloud_pod_jobs j WHERE j.finished_at > x.horizon "
    "ORDER BY j.finished_at OFFSET $2 LIMIT 1))) "
    "WHERE EXISTS (SELECT FROM cloud_pod_log_head WHERE seq > 0) RETURNING x.horizon";

/// The jobs whose last event is that old; each event of a job moves its `updated_at`.
constexpr std::string_view remove_sql =
    "WITH gone AS (DELETE FROM cloud_pod_jobs j WHERE j.finished_at <= $1 AND j.updated_at <= $1 "
    "AND NOT EXISTS (SELECT FROM cloud_pod_queue q WHERE q.job_id = j.id "
    "AND q.status IN ('queued', 'running')) RETURNING j.id), "
    "items AS (DELETE FROM cloud_pod_queue q USING gone WHERE q.job_id = gone.id) "
    "SELECT count(*) FROM gone";

stored<std::int64_t> move_horizon(connection& link, domain::instant wanted, int most) {
  const auto moved =
      link.run(std::string{move_sql}, parameters{}.add(wanted).add(std::max(most, 1) - 1));
  if (!moved)
    return std::unexpected(moved.error());
  return moved->empty() ? 0 : remove_expired(link, moved->time(0, 0));
}

} // namespace

stored<std::int64_t> remove_expired(connection& link, domain::instant horizon) {
  const auto removed = link.run(std::string{remove_sql}, parameters{}.add(horizon));
  if (!removed)
    return std::unexpected(removed.error());
  return removed->integer(0, 0);
}

stored<domain::instant> read_horizon(connection& link, const std::string& schema) {
  const auto row = link.run("SELECT horizon FROM " + schema + ".cloud_pod_expiry");
  if (!row)
    return std::unexpected(row.error());
  if (row->empty())
    return faulty(fault_kind::unusable, "the row of cloud_pod_expiry is missing");
  return row->time(0, 0);
}

stored<std::int64_t> expire_jobs(const std::string& dsn, domain::instant closed_before, int most) {
  connection_settings settings;
  settings.dsn = dsn;
  settings.application_name = "cloudpodsd expiry";
  auto link = connection::open(settings);
  if (!link)
    return std::unexpected(link.error());
  if (auto begun = link->run("BEGIN"); !begun)
    return std::unexpected(begun.error());
  auto removed = move_horizon(*link, closed_before, most);
  if (!removed)
    return removed;
  if (auto kept = link->run("COMMIT"); !kept)
    return std::unexpected(kept.error());
  return removed;
}

} // namespace cloudpods::persistence
