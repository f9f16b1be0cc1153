#include "actors/stage.hpp"

#include <algorithm>

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;
using domain::pod_status;
using domain::step;

namespace {

struct life_stage : engine_stage {
  std::shared_ptr<std::optional<job_reply>> poll(std::chrono::milliseconds wait) {
    return ask<job_reply>(awake(), show_job{job_id, wait});
  }

  /// A create that stands still at its clone.
  domain::pod_id order_and_stop() {
    node->holds = {step::clone};
    const auto reply = place();
    job_id = accepted_in(reply).job->id;
    return accepted_in(reply).pod->pod.id;
  }

  void break_tenant() {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(awake()),
                        caf::exit_reason::unhandled_exception);
    run();
  }

  void break_joined_tenant() {
    const auto broken = log->joined.begin()->second.first;
    caf::anon_send_exit(caf::actor_cast<caf::actor>(broken), caf::exit_reason::unhandled_exception);
    run();
  }

  /// 512 MB more that are reserved.
  static domain::new_event more_quota() {
    const auto whose = domain::samples::tenant();
    return {domain::tenant_stream(whose),          whose, {}, {}, {}, domain::category::info, {},
            domain::quota_reserved{{0, 0, 512, 0}}};
  }

  domain::job_id job_id;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_tenants_life, life_stage)

BOOST_AUTO_TEST_CASE(a_long_poll_is_answered_when_the_job_ends) {
  order_and_stop();
  const auto waiting = poll(60s);
  pass(5s, 1s);
  BOOST_TEST(!waiting->has_value());
  answer_node();
  BOOST_REQUIRE(waiting->has_value());
  BOOST_TEST(((*waiting)->value->job->status == domain::job_status::success));
}

BOOST_AUTO_TEST_CASE(a_long_poll_is_answered_when_its_time_is_over) {
  order_and_stop();
  const auto waiting = poll(10s);
  pass(9s, 1s);
  BOOST_TEST(!waiting->has_value());
  pass(1s, 1s);
  BOOST_REQUIRE(waiting->has_value());
  BOOST_TEST(((*waiting)->value->job->status == domain::job_status::running));
}

BOOST_AUTO_TEST_CASE(a_long_poll_of_a_job_that_has_ended_is_answered_at_once) {
  job_id = accepted_in(place()).job->id;
  const auto waiting = poll(60s);
  BOOST_TEST(waiting->has_value());
}

BOOST_AUTO_TEST_CASE(a_job_that_nobody_knows_is_not_found) {
  job_id = domain::job_id{"job-none"};
  const auto reply = poll(60s);
  BOOST_TEST(((*reply)->value.error().code == domain::problem_code::not_found));
}

BOOST_AUTO_TEST_CASE(a_tenant_that_nobody_asks_leaves_the_log_and_wakes_with_the_same_state) {
  const auto id = accepted_in(place()).pod->pod.id;
  const auto before = held();
  const auto old = awake();
  pass(9min, 1min);
  BOOST_TEST(log->left.empty());
  pass(3min, 1min);
  BOOST_REQUIRE(log->left.size() == 1U);
  BOOST_TEST(log->joined.empty());
  BOOST_TEST((held() == before));
  BOOST_TEST((awake() != old));
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
  BOOST_TEST(pod(id)->pod.order.guest == 100000);
}

BOOST_AUTO_TEST_CASE(a_tenant_with_work_does_not_sleep) {
  order_and_stop();
  pass(14min, 1min);
  BOOST_TEST(log->left.empty());
}

BOOST_AUTO_TEST_CASE(a_tenant_with_a_long_poll_does_not_sleep) {
  const auto waiting = [&] {
    order_and_stop();
    return poll(30min);
  }();
  pass(14min, 1min);
  BOOST_TEST(log->left.empty());
  BOOST_TEST(!waiting->has_value());
}

BOOST_AUTO_TEST_CASE(a_tenant_that_breaks_is_made_anew_and_its_pods_go_on) {
  const auto id = order_and_stop();
  const auto old = log->last_incarnation;
  node->held.clear();
  node->holds.clear();
  node->guests[100000] = {domain::owner_mark{engine->controller, id}.description(), false, "pve1"};
  break_tenant();
  BOOST_TEST(log->last_incarnation == old + 1);
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
  BOOST_TEST(node->attempts.at(2).resume);
  BOOST_TEST((node->attempts.at(2).which == step::clone));
  BOOST_TEST(node->attempts.at(2).attempt == node->attempts.at(1).attempt);
}

BOOST_AUTO_TEST_CASE(after_a_tenant_broke_no_append_comes_from_its_old_life) {
  order_and_stop();
  break_tenant();
  const auto before = log->asked.size();
  answer_node();
  BOOST_TEST(log->asked.size() > before);
  for (auto i = before; i < log->asked.size(); ++i)
    BOOST_TEST(log->asked[i].from.number == log->last_incarnation);
  BOOST_TEST(log->stale == 0);
}

BOOST_AUTO_TEST_CASE(what_a_broken_tenant_had_sent_is_settled_before_it_is_made_anew) {
  awake();
  log->mute = true;
  const auto lost = place();
  break_joined_tenant();
  BOOST_TEST(log->waiting.size() == 2U); // the append, and behind it the one who comes back
  unmute();
  BOOST_TEST(!lost->has_value());
  BOOST_TEST(held().held().pods == 1);
}

BOOST_AUTO_TEST_CASE(what_is_committed_between_join_and_load_is_folded_once) {
  order_and_stop();
  reader->mute = true;
  break_joined_tenant();
  BOOST_REQUIRE(reader->waiting.size() == 1U);
  // Handed to the tenant that has joined, and in what it will load.
  append_events early;
  early.what.events = {more_quota()};
  ask<append_reply>(handles->log, early);
  answer_loads();
  BOOST_TEST(held().reserved.memory_mb == 1024 + 512);
}

BOOST_AUTO_TEST_CASE(what_is_committed_after_the_load_was_read_is_folded_too) {
  order_and_stop();
  reader->mute = true;
  break_joined_tenant();
  BOOST_REQUIRE(reader->waiting.size() == 1U);
  reader->past = past_of(*log, domain::samples::tenant());
  append_events late;
  late.what.events = {more_quota()};
  ask<append_reply>(handles->log, late);
  answer_loads();
  BOOST_TEST(held().reserved.memory_mb == 1024 + 512);
}

BOOST_AUTO_TEST_SUITE_END()
