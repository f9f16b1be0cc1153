#include "persistence/session.hpp"

#include "wire/event_json.hpp"

namespace cloudpods::persistence {

namespace {

log_head head_of(const result& row) {
  return {row.integer(0, 0), row.integer(0, 1), row.bytes(0, 2),
          domain::controller_id{std::string{row.text(0, 3)}}};
}

stored<log_head> one_head(stored<result> rows) {
  if (!rows) {
    // 42P01: there is no such table.
    if (rows.error().sql_state == "42P01")
      return faulty(fault_kind::unusable, "the database has no CloudPods schema: run migrate");
    return std::unexpected(rows.error());
  }
  if (rows->rows() != 1)
    return faulty(fault_kind::unusable, "the log's head row is missing");
  return head_of(*rows);
}

} // namespace

connection_settings patient_settings(const std::string& dsn, const std::string& application_name) {
  connection_settings settings;
  settings.dsn = dsn;
  settings.application_name = application_name;
  settings.statement_timeout_ms = 3'600'000;
  settings.lock_timeout_ms = 60'000;
  return settings;
}

stored<bool> try_lock(connection& link, std::int64_t lock) {
  const auto got = link.run("SELECT pg_try_advisory_lock($1)", parameters{}.add(lock));
  if (!got)
    return std::unexpected(got.error());
  return got->boolean(0, 0);
}

stored<log_head> read_head(connection& link) {
  return one_head(link.run("SELECT epoch, seq, hash, controller_id FROM cloud_pod_log_head"));
}

stored<log_head> raise_epoch(connection& link) {
  return one_head(link.run("UPDATE cloud_pod_log_head SET epoch = epoch + 1 "
                           "RETURNING epoch, seq, hash, controller_id"));
}

stored<void> check_known_events(connection& link) {
  const auto names =
      link.run("SELECT name, version, first_seq FROM cloud_pod_event_names ORDER BY first_seq");
  if (!names)
    return std::unexpected(names.error());
  for (int row = 0; row < names->rows(); ++row) {
    const std::string name{names->text(row, 0)};
    const auto version = static_cast<int>(names->integer(row, 1));
    if (!wire::is_known_event(name, version))
      return faulty(fault_kind::unusable,
                    "event " + std::to_string(names->integer(row, 2)) + " is \"" + name +
                        "\" version " + std::to_string(version) +
                        ", which this program does not know: it is older than the log");
  }
  return {};
}

} // namespace cloudpods::persistence
