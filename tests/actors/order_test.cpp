#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using domain::samples::order;
using domain::samples::tenant;

BOOST_FIXTURE_TEST_SUITE(tenant_orders, engine_stage)

BOOST_AUTO_TEST_CASE(an_order_within_quota_is_appended_once) {
  node->grants = false;
  const auto reply = place();
  BOOST_TEST(log->appended.size() == 1U);
  const std::vector<std::string> facts{"tenant.created", "quota.reserved", "pod.ordered",
                                       "job.queued", "item.queued"};
  BOOST_TEST(log->names() == facts, boost::test_tools::per_element());
  BOOST_TEST(held().reserved.pods == 1);
}

BOOST_AUTO_TEST_CASE(an_order_is_answered_with_what_was_handed_out_before) {
  node->grants = false;
  const auto reply = place();
  const auto& answer = accepted_in(reply);
  BOOST_TEST((answer.pod->pod.status == domain::pod_status::pending));
  BOOST_TEST(answer.pod->pod.version == 3);
  BOOST_TEST((answer.job->status == domain::job_status::pending));
  BOOST_TEST(answer.job->pod.value == answer.pod->pod.id.value);
  BOOST_TEST(!answer.existing);
  BOOST_TEST(!answer.replayed);
}

BOOST_AUTO_TEST_CASE(an_order_is_not_answered_before_it_is_durable) {
  log->mute = false;
  awake();
  log->mute = true;
  const auto reply = place();
  BOOST_TEST(!reply->has_value());
  unmute();
  BOOST_TEST(reply->has_value());
}

BOOST_AUTO_TEST_CASE(the_second_order_does_not_create_the_tenant_again) {
  place();
  place();
  BOOST_TEST(log->count("tenant.created") == 1);
  BOOST_TEST(log->count("pod.ordered") == 2);
}

BOOST_AUTO_TEST_CASE(an_order_over_quota_appends_nothing) {
  offers->default_limits.most.cpu_cores = 1;
  BOOST_TEST((refused_in(place("premium")) == domain::problem_code::quota_exceeded));
  BOOST_TEST(log->asked.empty());
}

BOOST_AUTO_TEST_CASE(two_orders_at_once_cannot_both_take_the_last_core) {
  offers->default_limits.most.cpu_cores = 1;
  const auto whom = awake();
  const auto first = std::make_shared<std::optional<command_reply>>();
  const auto second = std::make_shared<std::optional<command_reply>>();
  send_question(whom, place_order{order(), {}, std::nullopt}, first);
  send_question(whom, place_order{order(), {}, std::nullopt}, second);
  run();
  accepted_in(first);
  BOOST_TEST((refused_in(second) == domain::problem_code::quota_exceeded));
  BOOST_TEST(log->count("pod.ordered") == 1);
}

BOOST_AUTO_TEST_CASE(the_allocator_gives_no_address_twice) {
  node->grants = false;
  const auto one = accepted_in(place()).pod;
  const auto other = accepted_in(place()).pod;
  BOOST_TEST(one->pod.order.guest != other->pod.order.guest);
  BOOST_TEST(one->pod.order.ip_address.value() != other->pod.order.ip_address.value());
}

BOOST_AUTO_TEST_CASE(an_order_without_a_free_vmid_is_refused_and_the_next_command_goes_on) {
  offers->vmids = {100000, 100000};
  node->grants = false;
  const auto first = accepted_in(place()).pod->pod.id;
  BOOST_TEST((refused_in(place()) == domain::problem_code::no_capacity));
  accepted_in(destroy(first));
}

BOOST_AUTO_TEST_CASE(a_refused_append_is_told_and_ends_the_allocators_hold) {
  offers->vmids = {100000, 100000};
  node->grants = false;
  log->refusal = domain::problem{domain::problem_code::internal_error, "no"};
  BOOST_TEST((refused_in(place()) == domain::problem_code::internal_error));
  log->refusal.reset();
  BOOST_TEST(accepted_in(place()).pod->pod.order.guest == 100000);
}

BOOST_AUTO_TEST_CASE(user_data_is_kept_beside_the_events) {
  auto wanted = order();
  wanted.user_data = "#cloud-config";
  const auto reply = place(wanted);
  BOOST_TEST(log->secrets.at(accepted_in(reply).pod->pod.id) == "#cloud-config");
  const auto& what = std::get<domain::write_snippet>(node->attempts.at(1).what);
  BOOST_TEST(what.content == "#cloud-config");
}

BOOST_AUTO_TEST_CASE(whether_one_more_pod_fits_is_told_without_an_append) {
  offers->default_limits.most.cpu_cores = 1;
  const auto whom = awake();
  const auto small = ask<verdict_reply>(whom, ask_quota{"starter", std::nullopt});
  const auto large = ask<verdict_reply>(whom, ask_quota{"premium", std::nullopt});
  BOOST_TEST((*small)->value.has_value());
  BOOST_TEST(((*large)->value.error().code == domain::problem_code::quota_exceeded));
  BOOST_TEST(log->asked.empty());
}

BOOST_AUTO_TEST_CASE(the_same_subscription_twice_is_one_pod) {
  auto wanted = order();
  wanted.subscription = "sub-1";
  const auto first = accepted_in(place(wanted)).pod->pod.id;
  const auto appends = log->appended.size();
  const auto again = place(wanted);
  BOOST_TEST(accepted_in(again).existing);
  BOOST_TEST(accepted_in(again).pod->pod.id.value == first.value);
  BOOST_TEST(accepted_in(again).job != nullptr);
  BOOST_TEST(log->appended.size() == appends);
}

BOOST_AUTO_TEST_CASE(a_subscription_with_another_plan_is_refused) {
  auto wanted = order();
  wanted.subscription = "sub-1";
  place(wanted);
  wanted.plan = "premium";
  BOOST_TEST((refused_in(place(wanted)) == domain::problem_code::subscription_in_use));
}

BOOST_AUTO_TEST_SUITE_END()
