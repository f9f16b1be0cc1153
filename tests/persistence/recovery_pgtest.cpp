#include <csignal>

#include "cutting_proxy.hpp"
#include "store_fixture.hpp"
#include "support/postgres_server.hpp"

using namespace cloudpods::persistence;

namespace {

/// A writer whose way to Postgres can be cut.
struct cut_fixture : store_fixture {
  cutting_proxy proxy{dsn};
  log_writer writer = leader(proxy.dsn());

  cut_fixture() { append(writer, {samples::tenant_made("acme")}); }

  void end_writers_session() const {
    ask("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE application_name = 'cloudpodsd writer' AND datname = current_database()");
  }

  std::string count() const { return ask("SELECT count(*) FROM cloud_pod_events"); }
};

const store_away* as_away(const append_result& result) { return std::get_if<store_away>(&result); }

bool is_lost(const append_result& result) { return std::holds_alternative<lead_lost>(result); }

} // namespace

BOOST_FIXTURE_TEST_SUITE(unanswered_commits, cut_fixture)

BOOST_AUTO_TEST_CASE(a_commit_without_an_answer_is_found_and_not_repeated) {
  proxy.cut_next(cut::after_commit);
  const auto events = append(writer, {samples::ordered(pod)});
  BOOST_TEST(proxy.cuts() == 1);
  BOOST_TEST(events.size() == 4U);
  BOOST_TEST(count() == "5");
  BOOST_TEST(writer.head().epoch == 2);
  append(writer, {samples::building(pod)});
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(a_commit_that_never_arrived_is_sent_again) {
  proxy.cut_next(cut::before_commit);
  const auto events = append(writer, {samples::ordered(pod)});
  BOOST_TEST(proxy.cuts() == 1);
  BOOST_TEST(events.back().event.seq == 5);
  BOOST_TEST(count() == "5");
  append(writer, {samples::building(pod)});
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(an_old_backend_that_still_holds_the_head_is_ended_first) {
  proxy.cut_next(cut::inside);
  append(writer, {samples::ordered(pod)});
  BOOST_TEST(proxy.cuts() == 1);
  BOOST_TEST(count() == "5");
  BOOST_TEST(ask("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                 "application_name = 'cloudpodsd writer'") == "1");
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(an_answer_alone_is_written_once_wherever_the_way_is_cut) {
  append(writer, {samples::ordered(pod)});
  for (const auto where : {cut::after_commit, cut::before_commit, cut::inside}) {
    decision nothing_done;
    const auto key = "k" + std::to_string(static_cast<int>(where));
    nothing_done.idempotency = idempotency_entry{
        cloudpods::domain::tenant_id{pod.tenant}, key, "hash", 200, pod.pod(), {}};
    proxy.cut_next(where);
    BOOST_TEST(append(writer, {nothing_done}).empty());
    BOOST_TEST(ask("SELECT count(*) FROM cloud_pod_idempotency WHERE key = '" + key + "'") == "1");
  }
  BOOST_TEST(proxy.cuts() == 3);
  BOOST_TEST(count() == "5");
  append(writer, {samples::building(pod)});
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(a_session_that_ended_while_idle_costs_nothing) {
  end_writers_session();
  append(writer, {samples::ordered(pod)});
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(a_refusal_after_a_cut_still_harms_no_other) {
  auto bad = samples::ordered(pod);
  bad.events[1].message = std::string(1, '\0');
  samples::subject other{"acme", 2};
  proxy.cut_next(cut::before_commit);
  const auto outcomes = settled(writer.append({bad, samples::ordered(other)}, samples::at(0)));
  BOOST_TEST(!outcomes[0].has_value());
  BOOST_TEST(outcomes[1].has_value());
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_store_that_is_away, cut_fixture)

BOOST_AUTO_TEST_CASE(leaves_the_fate_open_until_it_can_be_asked) {
  for (const auto where : {cut::after_commit, cut::before_commit}) {
    ++pod.number;
    proxy.refuse_connections(true);
    proxy.cut_next(where);
    const auto result = writer.append({samples::ordered(pod)}, samples::at(0));
    BOOST_REQUIRE(as_away(result) != nullptr);
    BOOST_TEST(as_away(result)->fate_open);
    BOOST_REQUIRE(as_away(writer.recover()) != nullptr);
    BOOST_REQUIRE(as_away(writer.append({samples::building(pod)}, samples::at(0))) != nullptr);
    proxy.refuse_connections(false);
    const auto outcomes = settled(writer.recover());
    BOOST_REQUIRE_EQUAL(outcomes.size(), 1U);
    BOOST_TEST(outcomes[0].has_value());
    BOOST_TEST(settled(writer.recover()).empty());
  }
  BOOST_TEST(count() == "9");
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(forgets_what_it_never_sent) {
  proxy.refuse_connections(true);
  end_writers_session();
  BOOST_REQUIRE(as_away(writer.recover()) != nullptr);
  const auto result = writer.append({samples::ordered(pod)}, samples::at(0));
  BOOST_REQUIRE(as_away(result) != nullptr);
  BOOST_TEST(!as_away(result)->fate_open);
  proxy.refuse_connections(false);
  BOOST_TEST(settled(writer.recover()).empty());
  append(writer, {samples::ordered(pod)});
  BOOST_TEST(count() == "5");
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(keeps_those_it_has_settled_one_by_one) {
  // The refused one makes the writer send them one by one; then the connection goes.
  ask("CREATE FUNCTION cut_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.message = "
      "'cut' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$; "
      "CREATE TRIGGER cut_off BEFORE INSERT ON cloud_pod_events FOR EACH ROW EXECUTE FUNCTION "
      "cut_off()");
  auto bad = samples::tenant_made("bad");
  bad.events[0].message = std::string(1, '\0');
  auto cutting = samples::tenant_made("cutting");
  cutting.events[0].message = "cut";
  const auto result = writer.append({samples::tenant_made("one"), bad, cutting}, samples::at(0));
  BOOST_REQUIRE(as_away(result) != nullptr);
  BOOST_TEST(as_away(result)->fate_open);
  ask("DROP TRIGGER cut_off ON cloud_pod_events");
  const auto outcomes = settled(writer.recover());
  BOOST_REQUIRE_EQUAL(outcomes.size(), 3U);
  BOOST_TEST(outcomes[0].has_value());
  BOOST_TEST(!outcomes[1].has_value());
  BOOST_TEST(outcomes[2].has_value());
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(two_writers, cut_fixture)

BOOST_AUTO_TEST_CASE(the_second_waits_and_takes_over) {
  log_writer second{{.dsn = dsn, .random = samples::random_bits(2)}};
  BOOST_TEST(!good(second.take_lead()).leading);
  BOOST_TEST(is_lost(second.append({samples::ordered(pod)}, samples::at(0))));
  writer.resign();
  // The server lets the lock go when it sees that the session has ended.
  while (!good(second.take_lead()).leading) {
  }
  append(second, {samples::ordered(pod)});
  BOOST_TEST(second.head().epoch == 2);
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(the_first_finds_its_epoch_old_and_writes_nothing) {
  end_writers_session();
  auto second = leader();
  append(second, {samples::ordered(pod)});
  BOOST_TEST(is_lost(writer.append({samples::building(pod)}, samples::at(0))));
  BOOST_TEST(!writer.is_leading());
  BOOST_TEST(count() == "5");
}

BOOST_AUTO_TEST_CASE(a_raised_epoch_fences_even_a_session_that_lives) {
  ask("UPDATE cloud_pod_log_head SET epoch = epoch + 1");
  BOOST_TEST(is_lost(writer.append({samples::ordered(pod)}, samples::at(0))));
  BOOST_TEST(count() == "1");
}

BOOST_AUTO_TEST_CASE(the_first_learns_it_without_anything_to_write) {
  BOOST_TEST(settled(writer.recover()).empty());
  end_writers_session();
  auto second = leader();
  BOOST_TEST(is_lost(writer.recover()));
}

BOOST_AUTO_TEST_CASE(an_open_fate_is_lost_where_another_has_gone_on) {
  proxy.refuse_connections(true);
  proxy.cut_next(cut::after_commit);
  BOOST_REQUIRE(as_away(writer.append({samples::ordered(pod)}, samples::at(0))) != nullptr);
  end_writers_session();
  {
    auto second = leader();
    append(second, {samples::building(pod)});
  }
  end_writers_session();
  proxy.refuse_connections(false);
  BOOST_TEST(is_lost(writer.recover()));
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(a_server_that_goes)

BOOST_AUTO_TEST_CASE(and_comes_back_finds_everything_once) {
  cloudpods::support::postgres_server server{{.fsync = true}};
  const auto dsn = server.create_database();
  good(migrate(dsn));
  log_writer writer{{.dsn = dsn, .random = samples::random_bits(), .connect_timeout_s = 2}};
  good(writer.take_lead());
  store_fixture::append(writer, {samples::tenant_made("acme")});
  server.kill();
  const samples::subject pod;
  const auto result = writer.append({samples::ordered(pod)}, samples::at(0));
  BOOST_REQUIRE(as_away(result) != nullptr);
  server.start();
  if (as_away(result)->fate_open)
    BOOST_TEST(settled(writer.recover()).size() == 1U);
  else
    settled(writer.recover());
  if (!as_away(result)->fate_open)
    store_fixture::append(writer, {samples::ordered(pod)});
  BOOST_TEST(writer.head().seq == 5);
  BOOST_TEST(good(verify_log(dsn)).is_whole());
}

BOOST_AUTO_TEST_SUITE_END()
