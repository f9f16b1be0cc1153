#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;

namespace {

/// A tenant with one pod that stands, and a log that says nothing any more.
struct silent_stage : engine_stage {
  silent_stage() {
    first = accepted_in(place()).pod->pod.id;
    log->mute = true;
  }

  domain::pod_id first;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_silent_log, silent_stage)

BOOST_AUTO_TEST_CASE(questions_are_answered_at_once_meanwhile) {
  const auto waiting = place();
  BOOST_TEST(!waiting->has_value());
  BOOST_TEST((pod(first)->pod.status == domain::pod_status::active));
  BOOST_TEST(held().held().pods == 1);
}

BOOST_AUTO_TEST_CASE(the_next_commands_wait_and_go_on_in_order) {
  auto named = domain::samples::order();
  named.name = "one";
  const auto one = place(named);
  const auto two = destroy(first);
  named.name = "three";
  const auto three = place(named);
  BOOST_TEST(log->waiting.size() == 1U);
  BOOST_TEST(!two->has_value());
  unmute();
  accepted_in(one);
  accepted_in(two);
  accepted_in(three);
  std::vector<std::string> orders;
  for (const auto& each : log->asked)
    if (each.is_request)
      orders.emplace_back(each.what.events.back().message);
  const std::vector<std::string> in_order{"Create queued", "Create queued",
                                          "CloudPod is being destroyed", "Create queued"};
  BOOST_TEST(orders == in_order, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(past_a_thousand_waiting_commands_are_refused) {
  place(); // this one is with the log
  std::vector<std::shared_ptr<std::optional<command_reply>>> replies;
  for (int i = 0; i < 1000; ++i)
    replies.push_back(destroy(first));
  for (const auto& each : replies)
    BOOST_REQUIRE(!each->has_value());
  BOOST_TEST((refused_in(destroy(first)) == domain::problem_code::too_many_jobs));
  unmute();
  for (const auto& each : replies)
    accepted_in(each);
  BOOST_TEST(log->count("pod.deleted") == 1);
}

BOOST_AUTO_TEST_CASE(what_waited_too_long_is_not_begun) {
  const auto one = place();
  const auto two = place();
  pass(21s, 1s);
  unmute();
  accepted_in(one);
  BOOST_TEST((refused_in(two) == domain::problem_code::store_unavailable));
  BOOST_TEST(log->count("pod.ordered") == 2);
}

BOOST_AUTO_TEST_CASE(while_the_store_is_away_commands_are_refused_at_once) {
  engine->service->note_store(false);
  BOOST_TEST((refused_in(place()) == domain::problem_code::store_unavailable));
  BOOST_TEST((pod(first)->pod.status == domain::pod_status::active));
}

BOOST_AUTO_TEST_SUITE_END()
