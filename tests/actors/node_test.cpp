#include "actors/node_stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(a_node, node_stage)

BOOST_AUTO_TEST_CASE(requests_wait_while_it_is_away_and_go_on_when_it_is_back) {
  const auto one = query();
  const auto two = query();
  BOOST_TEST(work->asked.empty());
  connect(1, true);
  BOOST_TEST(one->has_value());
  BOOST_TEST(two->has_value());
  BOOST_TEST(work->asked == (std::vector<std::size_t>{1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(requests_go_to_the_worker_with_the_least_to_do) {
  connect(0, true);
  connect(1, true);
  work->silent = true;
  query();
  query();
  BOOST_TEST(work->asked == (std::vector<std::size_t>{0, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_short_absence_is_no_news) {
  connect(0, true);
  connect(0, false, "cable");
  pass(4s, 1s);
  connect(0, true);
  pass(10s, 1s);
  BOOST_TEST(log->asked.empty());
}

BOOST_AUTO_TEST_CASE(it_is_told_unreachable_after_five_seconds_and_reachable_once) {
  connect(0, true);
  pass(2s, 1s);
  connect(0, false, "cable");
  pass(4s, 1s);
  BOOST_TEST(log->events.empty());
  pass(2s, 1s);
  BOOST_REQUIRE(log->events.size() == 1U);
  BOOST_TEST(std::get<domain::node_unreachable>(log->events[0].payload).message == "cable");
  pass(20s, 1s);
  BOOST_TEST(log->events.size() == 1U);
  connect(0, true);
  pass(20s, 1s);
  BOOST_REQUIRE(log->events.size() == 2U);
  BOOST_TEST(std::holds_alternative<domain::node_reachable>(log->events[1].payload));
  BOOST_TEST(log->events[1].stream == "node:pve1");
}

BOOST_AUTO_TEST_CASE(one_of_two_connections_is_enough) {
  connect(0, true);
  connect(1, true);
  connect(0, false, "cable");
  pass(20s, 1s);
  BOOST_TEST(log->events.empty());
  BOOST_TEST(query()->has_value());
  BOOST_TEST(work->asked.back() == 1U);
}

BOOST_AUTO_TEST_CASE(a_node_that_was_never_reached_is_told_unreachable) {
  pass(6s, 1s);
  BOOST_TEST(log->count("node.unreachable") == 1);
}

BOOST_AUTO_TEST_CASE(its_capacity_is_read_every_half_minute) {
  connect(0, true);
  pass(2s, 1s);
  BOOST_TEST(work->capacities == 1);
  pass(28s, 1s);
  BOOST_TEST(work->capacities == 1);
  pass(3s, 1s);
  BOOST_TEST(work->capacities == 2);
}

BOOST_AUTO_TEST_CASE(ended_items_are_swept_once) {
  connect(0, true);
  pass(2s, 1s);
  caf::anon_send(node, sweep_items{{domain::item_id{"q-1"}, domain::item_id{"q-2"}}});
  pass(62s, 1s);
  BOOST_TEST(work->swept.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_worker_that_breaks_is_made_anew_and_its_requests_are_told) {
  connect(0, true);
  work->silent = true;
  const auto failed = std::make_shared<bool>(false);
  const auto asking = [whom = node, failed](caf::event_based_actor* self, int) {
    self->request(whom, caf::infinite, run_query{domain::list_guests{}, domain::pod_id{"pod-1"}})
        .then([](const query_reply&) {}, [failed](const caf::error&) { *failed = true; });
  };
  ends_with_stage(system().spawn(asking, 0));
  run();
  caf::anon_send_exit(work->workers[0], caf::exit_reason::unhandled_exception);
  run();
  BOOST_TEST(*failed);
  BOOST_TEST(work->workers.size() == 3U);
  work->silent = false;
  const auto waiting = query();
  BOOST_TEST(!waiting->has_value());
  connect(0, true);
  BOOST_TEST(waiting->has_value());
}

BOOST_AUTO_TEST_CASE(a_worker_that_breaks_counts_as_away_from_then_on) {
  connect(0, true);
  pass(60s, 1s);
  caf::anon_send_exit(work->workers[0], caf::exit_reason::unhandled_exception);
  run();
  pass(3s, 1s);
  BOOST_TEST(log->events.empty());
  connect(0, true);
  pass(10s, 1s);
  BOOST_TEST(log->events.empty());
}

BOOST_AUTO_TEST_SUITE_END()
