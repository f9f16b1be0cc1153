#include "support/postgres_server.hpp"

#include <boost/test/unit_test.hpp>
#include <libpq-fe.h>

#include <memory>
#include <string>

using namespace cloudpods::support;

namespace {

std::string ask(const std::string& dsn, const std::string& sql) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection{PQconnectdb(dsn.c_str()), PQfinish};
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result{PQexec(connection.get(), sql.c_str()),
                                                              PQclear};
  if (PQresultStatus(result.get()) == PGRES_TUPLES_OK && PQntuples(result.get()) > 0)
    return PQgetvalue(result.get(), 0, 0);
  return PQerrorMessage(connection.get());
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_private_postgres)

BOOST_AUTO_TEST_CASE(each_database_is_empty_and_its_own) {
  auto& server = shared_postgres();
  const auto first = server.create_database();
  const auto second = server.create_database();
  ask(first, "CREATE TABLE one (id int)");
  BOOST_TEST(ask(first, "SELECT count(*) FROM one") == "0");
  BOOST_TEST(ask(second, "SELECT to_regclass('one') IS NULL") == "t");
}

BOOST_AUTO_TEST_CASE(a_database_begins_as_a_copy_of_the_template) {
  postgres_server server;
  server.use_template(
      [](const std::string& dsn) { ask(dsn, "CREATE TABLE made AS SELECT 42 AS answer"); });
  BOOST_TEST(ask(server.create_database(), "SELECT answer FROM made") == "42");
}

BOOST_AUTO_TEST_CASE(what_was_committed_outlives_a_kill) {
  postgres_server server{{.fsync = true}};
  const auto dsn = server.create_database();
  ask(dsn, "CREATE TABLE kept AS SELECT 1 AS row");
  server.kill();
  BOOST_TEST(!server.is_running());
  server.start();
  BOOST_TEST(ask(dsn, "SELECT row FROM kept") == "1");
  server.restart();
  BOOST_TEST(ask(dsn, "SELECT row FROM kept") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
