#include "pgbench.hpp"

#include <stdexcept>

#include "site.hpp"
#include "support/files.hpp"

namespace cloudpods::bench {

namespace {

constexpr const char* table = R"sql(
CREATE TABLE plain_events (
  seq bigserial PRIMARY KEY,
  stream text NOT NULL,
  version int NOT NULL,
  name text NOT NULL,
  at timestamptz NOT NULL,
  data json NOT NULL,
  UNIQUE (stream, version)
);
CREATE SEQUENCE plain_versions)sql";

/// 230 bytes of JSON.
constexpr const char* script =
    "INSERT INTO plain_events (stream, version, name, at, data) VALUES ('pod:' || :client_id, "
    "nextval('plain_versions')::int, 'item.step_done', now(), "
    R"('{"itemId":"q-01J0000000000000000000000","step":"configure","attempt":1,"result":"succeeded",)"
    R"("then":"proceed","message":"The guest has its processors, its memory and its network.",)"
    R"("ipAddress":"10.1.10.100","volumes":[],"output":""}');)"
    "\n";

std::string database_of(const std::string& dsn) {
  const auto at = dsn.find("dbname=");
  return dsn.substr(at + 7, dsn.find(' ', at) - at - 7);
}

} // namespace

pgbench::pgbench() : dsn_(durable_postgres().create_database()) {
  durable_postgres().execute(table, database_of(dsn_));
}

double pgbench::per_second(int seconds) const {
  const support::temporary_folder folder{"pgbench"};
  support::write_file(folder.path() / "insert.sql", script);
  const auto done = support::run_program({"/usr/lib/postgresql/15/bin/pgbench", "-n", "-f",
                                          folder.path() / "insert.sql", "-M", "prepared", "-c", "8",
                                          "-j", "1", "-T", std::to_string(seconds), dsn_},
                                         {}, std::chrono::seconds{seconds + 20});
  const auto at = done.out.find("tps = ");
  if (done.code != 0 || at == std::string::npos)
    throw std::runtime_error{"pgbench does not run: " + done.err};
  return std::stod(done.out.substr(at + 6));
}

} // namespace cloudpods::bench
