#include "store_fixture.hpp"
#include "support/postgres_server.hpp"

using namespace cloudpods::persistence;

namespace {

struct connection_fixture : store_fixture {
  connection link = good(connection::open(settings()));

  connection_settings settings() const {
    connection_settings out;
    out.dsn = dsn;
    out.application_name = "test";
    out.statement_timeout_ms = 500;
    return out;
  }

  void end_session() const {
    ask("SELECT pg_terminate_backend(" + std::to_string(link.identity().pid) + ", 10000)");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(connections, connection_fixture)

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_is_away) {
  auto elsewhere = settings();
  elsewhere.dsn = "host=/nonexistent dbname=x";
  const auto failed = connection::open(elsewhere);
  BOOST_REQUIRE(!failed);
  BOOST_CHECK(failed.error().kind == fault_kind::away);
}

BOOST_AUTO_TEST_CASE(a_refusal_has_its_sqlstate_and_the_session_goes_on) {
  const auto refused = link.run("SELECT 1 / 0");
  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().kind == fault_kind::refused);
  BOOST_TEST(refused.error().sql_state == "22012");
  BOOST_TEST(good(link.run("SELECT 7")).integer(0, 0) == 7);
}

BOOST_AUTO_TEST_CASE(a_statement_that_takes_too_long_is_refused) {
  const auto refused = link.run("SELECT pg_sleep(60)");
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().sql_state == "57014");
}

BOOST_AUTO_TEST_CASE(an_ended_session_is_lost_and_then_away) {
  end_session();
  const auto first = link.run("SELECT 1");
  BOOST_REQUIRE(!first);
  BOOST_CHECK(first.error().kind == fault_kind::lost);
  const auto second = link.run("SELECT 1");
  BOOST_REQUIRE(!second);
  BOOST_CHECK(second.error().kind == fault_kind::away);
}

BOOST_AUTO_TEST_CASE(a_refused_transaction_leaves_nothing_and_the_session_goes_on) {
  ask("CREATE TABLE things (id bigint PRIMARY KEY)");
  const std::string insert = "INSERT INTO things VALUES ($1)";
  const auto one = parameters{}.add(1);
  const auto refused = link.run_transaction(std::vector<statement>{{insert, one}, {insert, one}});
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().sql_state == "23505");
  BOOST_TEST(ask("SELECT count(*) FROM things") == "0");
  good(link.run_transaction(std::vector<statement>{{insert, one}}));
  BOOST_TEST(ask("SELECT count(*) FROM things") == "1");
}

BOOST_AUTO_TEST_CASE(a_transaction_is_far_longer_than_the_sockets_buffers) {
  ask("CREATE TABLE things (text text)");
  const std::string big(3'000'000, 'x');
  const statement insert{"INSERT INTO things VALUES ($1) RETURNING text", parameters{}.add(big)};
  const auto answers = good(link.run_transaction(std::vector<statement>{insert, insert, insert}));
  BOOST_TEST(answers.size() == 3U);
  BOOST_TEST(answers[2].text(0, 0).size() == big.size());
}

BOOST_AUTO_TEST_CASE(every_type_comes_back_as_it_went) {
  const std::string text = "o'; DROP TABLE x; -- {\"a\\\\b\",NULL} \xc3\xa9 \n\t";
  const std::string bytes{"\x00\xff'\\", 4};
  array_parameter texts{wire_type::text};
  texts.push(text);
  texts.push_null();
  array_parameter times{wire_type::time};
  times.push(samples::at(3) + std::chrono::milliseconds{7});
  parameters all;
  all.add(text).add(-42).add(true).add(samples::at(5)).add_bytes(bytes).add(texts).add(times);
  const auto row =
      good(link.run("SELECT $1, $2, $3, $4, $5, $6[1], $6[2] IS NULL, $7[1], ''", all));
  BOOST_TEST(row.text(0, 0) == text);
  BOOST_TEST(row.integer(0, 1) == -42);
  BOOST_TEST(row.boolean(0, 2));
  BOOST_CHECK(row.time(0, 3) == samples::at(5));
  BOOST_TEST(row.bytes(0, 4) == bytes);
  BOOST_TEST(row.text(0, 5) == text);
  BOOST_TEST(row.boolean(0, 6));
  BOOST_CHECK(row.time(0, 7) == samples::at(3) + std::chrono::milliseconds{7});
}

BOOST_AUTO_TEST_CASE(another_encoding_is_no_store) {
  auto& server = cloudpods::support::shared_postgres();
  server.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'");
  auto latin = settings();
  latin.dsn = server.dsn("latin");
  const auto refused = connection::open(latin);
  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().kind == fault_kind::unusable);
}

BOOST_AUTO_TEST_SUITE_END()
