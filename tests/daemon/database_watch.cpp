#include "daemon/database_watch.hpp"

#include <stdexcept>

#include <poll.h>

namespace cloudpods::tests {

namespace {

using clock = std::chrono::steady_clock;

/// What is held up is held up inside the transaction, before its commit. Every commit of the log is
/// told to who listens.
constexpr const char* instruments = R"sql(
CREATE TABLE IF NOT EXISTS chaos_held (kind text NOT NULL, version bigint NOT NULL);
CREATE OR REPLACE FUNCTION chaos_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM chaos_held WHERE kind = split_part(NEW.stream, ':', 1)
             AND version = NEW.stream_version) THEN PERFORM pg_advisory_xact_lock_shared(4711);
  END IF;
  PERFORM pg_notify('chaos_committed', '');
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS chaos_hold ON cloud_pod_events;
CREATE TRIGGER chaos_hold AFTER INSERT ON cloud_pod_events
  FOR EACH ROW EXECUTE FUNCTION chaos_hold();
LISTEN chaos_committed;
)sql";

constexpr const char* held_sessions =
    "FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted AND database = "
    "(SELECT oid FROM pg_database WHERE datname = current_database())";

} // namespace

database_watch::database_watch(const std::string& dsn) : link_(PQconnectdb(dsn.c_str()), PQfinish) {
  PQsetNoticeReceiver(
      link_.get(), [](void*, const PGresult*) {}, nullptr);
  column(instruments);
}

std::vector<std::string> database_watch::column(const std::string& sql) const {
  const std::unique_ptr<PGresult, void (*)(PGresult*)> rows{PQexec(link_.get(), sql.c_str()),
                                                            PQclear};
  const auto status = PQresultStatus(rows.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    throw std::runtime_error{sql + ": " + PQerrorMessage(link_.get())};
  std::vector<std::string> values;
  for (int row = 0; row < PQntuples(rows.get()); ++row)
    values.emplace_back(PQgetvalue(rows.get(), row, 0));
  return values;
}

std::string database_watch::value(const std::string& sql) const {
  const auto values = column(sql);
  return values.empty() ? std::string{} : values.front();
}

bool database_watch::await(const std::string& sql, const std::string& expected,
                           std::chrono::milliseconds limit) {
  const auto until = clock::now() + limit;
  while (value(sql) != expected) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now());
    if (left.count() <= 0)
      return false;
    pollfd entry{PQsocket(link_.get()), POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(left.count()));
    PQconsumeInput(link_.get());
    while (auto* told = PQnotifies(link_.get()))
      PQfreemem(told);
  }
  return true;
}

void database_watch::hold_version(const std::string& kind, std::int64_t version) {
  column("SELECT pg_advisory_lock(4711); DELETE FROM chaos_held; INSERT INTO chaos_held VALUES ('" +
         kind + "', " + std::to_string(version) + ")");
}

bool database_watch::await_held(std::chrono::milliseconds limit) const {
  // A wait for a lock tells nobody: the shortest pause that does not burden the server.
  const auto until = clock::now() + limit;
  const std::string is_held = std::string{"SELECT count(*) > 0 "} + held_sessions;
  while (value(is_held) != "t") {
    if (clock::now() > until)
      return false;
    ::poll(nullptr, 0, 3);
  }
  return true;
}

void database_watch::let_commit() {
  column("DELETE FROM chaos_held; SELECT pg_advisory_unlock_all()");
}

void database_watch::break_commit() {
  column(std::string{"SELECT pg_terminate_backend(pid, 5000) "} + held_sessions);
  let_commit();
}

int database_watch::end_sessions(const std::string& application) const {
  return std::stoi(value("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
                         "WHERE datname = current_database() AND application_name = '" +
                         application + "'"));
}

} // namespace cloudpods::tests
