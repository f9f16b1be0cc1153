#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;
using domain::samples::order;

BOOST_FIXTURE_TEST_SUITE(repeated_requests, engine_stage)

BOOST_AUTO_TEST_CASE(the_same_key_gets_the_same_answer_and_no_second_pod) {
  const idempotency key{"key-1", "hash-1"};
  const auto first = place(order(), key);
  const auto again = place(order(), key);
  BOOST_TEST(accepted_in(again).replayed);
  BOOST_TEST(accepted_in(again).pod->pod.id.value == accepted_in(first).pod->pod.id.value);
  BOOST_TEST(accepted_in(again).job->id.value == accepted_in(first).job->id.value);
  // As it was then, not as it is now.
  BOOST_TEST((accepted_in(again).pod->pod.status == domain::pod_status::pending));
  BOOST_TEST(log->count("pod.ordered") == 1);
}

BOOST_AUTO_TEST_CASE(the_key_with_another_body_is_refused) {
  place(order(), idempotency{"key-1", "hash-1"});
  const auto other = place(order("premium"), idempotency{"key-1", "hash-2"});
  BOOST_TEST((refused_in(other) == domain::problem_code::idempotency_key_reused));
  BOOST_TEST(log->count("pod.ordered") == 1);
}

BOOST_AUTO_TEST_CASE(while_the_first_is_under_way_the_same_key_waits_for_its_answer) {
  awake();
  log->mute = true;
  const auto first = place(order(), idempotency{"key-1", "hash-1"});
  const auto same = place(order(), idempotency{"key-1", "hash-1"});
  const auto other = place(order(), idempotency{"key-1", "hash-2"});
  BOOST_TEST(!same->has_value());
  unmute();
  BOOST_TEST(accepted_in(same).replayed);
  BOOST_TEST(accepted_in(same).pod->pod.id.value == accepted_in(first).pod->pod.id.value);
  BOOST_TEST((refused_in(other) == domain::problem_code::idempotency_key_reused));
  BOOST_TEST(log->count("pod.ordered") == 1);
}

BOOST_AUTO_TEST_CASE(a_key_whose_append_was_refused_may_be_used_again) {
  log->refusal = domain::problem{domain::problem_code::overloaded, "later"};
  const idempotency key{"key-1", "hash-1"};
  BOOST_TEST((refused_in(place(order(), key)) == domain::problem_code::overloaded));
  log->refusal.reset();
  BOOST_TEST(!accepted_in(place(order(), key)).replayed);
}

BOOST_AUTO_TEST_CASE(a_key_is_forgotten_after_a_day) {
  const idempotency key{"key-1", "hash-1"};
  place(order(), key);
  pass(23h, 1h);
  BOOST_TEST(accepted_in(place(order(), key)).replayed);
  pass(1h, 30min);
  BOOST_TEST(!accepted_in(place(order(), key)).replayed);
}

BOOST_AUTO_TEST_CASE(a_key_is_known_to_a_tenant_that_was_woken_again) {
  const idempotency key{"key-1", "hash-1"};
  const auto first = place(order(), key);
  pass(12min, 1min);
  BOOST_TEST(log->left.size() == 1U);
  const auto again = place(order(), key);
  BOOST_TEST(accepted_in(again).replayed);
  BOOST_TEST(accepted_in(again).pod->pod.id.value == accepted_in(first).pod->pod.id.value);
}

BOOST_AUTO_TEST_CASE(a_repeated_destroy_with_its_key_is_the_same_job) {
  const auto pod = accepted_in(place()).pod->pod.id;
  const idempotency key{"key-2", "hash"};
  const auto first = destroy(pod, key);
  const auto again = destroy(pod, key);
  BOOST_TEST(accepted_in(again).replayed);
  BOOST_TEST(accepted_in(again).job->id.value == accepted_in(first).job->id.value);
}

// Contract 5: an answer is kept although nothing was left to do.
BOOST_AUTO_TEST_CASE(the_answer_to_an_open_destroy_is_kept_for_its_key) {
  const auto pod = accepted_in(place()).pod->pod.id;
  node->holds = {domain::step::destroy};
  const auto first = destroy(pod);
  const idempotency key{"key-2", "hash"};
  BOOST_TEST(!accepted_in(destroy(pod, key)).replayed);
  const auto again = destroy(pod, key);
  BOOST_TEST(accepted_in(again).replayed);
  BOOST_TEST(accepted_in(again).job->id.value == accepted_in(first).job->id.value);
  BOOST_TEST((refused_in(destroy(pod, idempotency{"key-2", "other"})) ==
              domain::problem_code::idempotency_key_reused));
  BOOST_TEST(log->count("pod.deleting") <= 1);
}

BOOST_AUTO_TEST_CASE(the_pod_that_a_subscription_had_is_answered_again_as_such) {
  auto wanted = order();
  wanted.subscription = "sub-1";
  const auto first = place(wanted);
  const idempotency key{"key-3", "hash"};
  BOOST_TEST(accepted_in(place(wanted, key)).existing);
  const auto events = log->events.size();
  const auto again = place(wanted, key);
  BOOST_TEST(accepted_in(again).replayed);
  BOOST_TEST(accepted_in(again).existing);
  BOOST_TEST(accepted_in(again).status == 200);
  BOOST_TEST(accepted_in(again).pod->pod.id.value == accepted_in(first).pod->pod.id.value);
  BOOST_TEST(log->events.size() == events);
}

BOOST_AUTO_TEST_CASE(an_order_that_made_its_pod_is_not_answered_as_an_existing_one) {
  const idempotency key{"key-1", "hash-1"};
  place(order(), key);
  BOOST_TEST(!accepted_in(place(order(), key)).existing);
}

BOOST_AUTO_TEST_SUITE_END()
