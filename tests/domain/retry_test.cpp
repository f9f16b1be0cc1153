#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "domain/story.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

struct retry_fixture : story {
  pod_id pod = order(samples::order()).value();

  void open(step which) { BOOST_REQUIRE(until_open(pod, which)); }
  const queue_item& create() const { return job_of(pod, job_type::provision).items.front(); }
  /// Acts once, after whatever wait there is.
  void retry(luck how) {
    if (const auto waits = next(pod); waits.what == move::wait)
      now = *waits.not_before;
    for (int i = 0; i < 3 && next(pod).what != move::follow; ++i)
      act(pod);
    act(pod, {how});
  }
  instant run_after(double chance, luck how = luck::transient) {
    BOOST_REQUIRE((next(pod).what == move::follow));
    chances drawn{how};
    drawn.jitter = chance;
    for (const auto& each : decide_act(pod, drawn))
      if (const auto* retry = std::get_if<item_retry_scheduled>(&each.payload))
        return retry->run_after;
    return {};
  }
};

} // namespace

// Contract 11, failures are classed.
BOOST_FIXTURE_TEST_SUITE(failures, retry_fixture)

BOOST_AUTO_TEST_CASE(a_busy_node_uses_up_no_attempts) {
  open(step::clone);
  for (int i = 0; i < 20; ++i)
    retry(luck::busy);
  BOOST_TEST(create().failures == 0);
  BOOST_TEST(create().retry_count == 20);
  BOOST_TEST(!all<item_retry_scheduled>().back().counted);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::active));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_busy_for_15_minutes_is_given_up) {
  open(step::clone);
  act(pod, {luck::busy});
  now += std::chrono::minutes{15} - std::chrono::milliseconds{1};
  retry(luck::busy);
  BOOST_TEST((create().aim == follow_up::proceed));
  now += std::chrono::minutes{15};
  retry(luck::busy);
  BOOST_TEST((create().aim == follow_up::undo));
}

BOOST_AUTO_TEST_CASE(the_15_minutes_begin_anew_when_the_removal_begins) {
  open(step::clone);
  act(pod, {luck::busy});
  now += std::chrono::minutes{16};
  retry(luck::busy);
  retry(luck::busy);
  BOOST_TEST((create().status == item_status::running));
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(!state(pod).error.value().cleanup_pending);
}

BOOST_AUTO_TEST_CASE(the_15_minutes_begin_anew_when_the_node_was_not_busy_in_between) {
  open(step::clone);
  act(pod, {luck::busy});
  now += std::chrono::minutes{14};
  retry(luck::transient);
  now += std::chrono::minutes{14};
  retry(luck::busy);
  BOOST_TEST((create().aim == follow_up::proceed));
}

BOOST_AUTO_TEST_CASE(a_transient_failure_is_retried_max_attempts_times) {
  open(step::clone);
  for (int i = 1; i < policy.max_attempts; ++i) {
    retry(luck::transient);
    BOOST_TEST((create().aim == follow_up::proceed));
    BOOST_TEST(create().failures == i);
  }
  retry(luck::transient);
  BOOST_TEST((create().aim == follow_up::undo));
  const auto steps = all<item_step_started>();
  BOOST_TEST(std::ranges::count(steps, step::clone, &item_step_started::which) ==
             policy.max_attempts);
}

BOOST_AUTO_TEST_CASE(a_step_that_succeeds_lets_the_next_one_have_all_attempts) {
  open(step::clone);
  for (int i = 1; i < policy.max_attempts; ++i)
    retry(luck::transient);
  retry(luck::success);
  for (int i = 1; i < policy.max_attempts; ++i)
    retry(luck::transient);
  BOOST_TEST((create().aim == follow_up::proceed));
}

BOOST_AUTO_TEST_CASE(the_wait_doubles_with_full_jitter_up_to_its_bound) {
  open(step::clone);
  using std::chrono::milliseconds;
  BOOST_TEST((run_after(0.0) == now));
  BOOST_TEST((run_after(0.5) == now + milliseconds{500}));
  BOOST_TEST((run_after(0.999) == now + milliseconds{999}));
  retry(luck::transient);
  retry(luck::busy);
  BOOST_TEST((next(pod).what == move::wait));
  now = *next(pod).not_before;
  act(pod);
  BOOST_TEST((run_after(0.5) == now + milliseconds{2000}));
  policy.backoff_max = milliseconds{3000};
  BOOST_TEST((run_after(0.5) == now + milliseconds{1500}));
}

BOOST_AUTO_TEST_CASE(a_permanent_failure_is_not_tried_again) {
  open(step::clone);
  act(pod, {luck::permanent});
  BOOST_TEST((create().aim == follow_up::undo));
  BOOST_TEST(all<item_retry_scheduled>().empty());
}

BOOST_AUTO_TEST_CASE(a_fenced_attempt_says_nothing_about_the_pod) {
  open(step::clone);
  const failed fenced{failure_class::fenced, "a newer writer", {}};
  append(end_step(log.record(pod), next(pod), fenced, {}, policy, now, 0.5, item_id{"q-s"}));
  BOOST_TEST((create().aim == follow_up::proceed));
  BOOST_TEST((next(pod).what == move::wait));
}

BOOST_AUTO_TEST_CASE(a_cleanup_goes_on_for_ever) {
  open(step::configure);
  act(pod, {luck::permanent});
  act(pod, {luck::permanent});
  for (const auto how : {luck::permanent, luck::transient, luck::busy})
    for (int i = 0; i < 30; ++i) {
      retry(how);
      now += std::chrono::minutes{1};
    }
  BOOST_TEST(state(pod).error.value().cleanup_pending);
  BOOST_TEST((current_item(log.record(pod))->action == item_action::cleanup));
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((log.tenant().held.held() == resources{}));
}

BOOST_AUTO_TEST_CASE(a_cleanup_that_meets_an_unmarked_guest_waits_and_tells_of_it_once) {
  open(step::configure);
  node.guests.at(state(pod).order.guest).marked = false;
  for (int i = 0; i < 12; ++i)
    retry(luck::permanent);
  for (int i = 0; i < 12; ++i)
    retry(luck::success);
  BOOST_TEST((state(pod).status == pod_status::error));
  BOOST_TEST(node.guests_of(pod) == 1);
  BOOST_TEST(all<job_failed>().size() == 1U);
  BOOST_TEST(all<pod_failed>().size() == 1U);
  BOOST_TEST(all<pod_ownership_conflict>().size() == 1U);
  node.guests.at(state(pod).order.guest).marked = true;
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(!state(pod).error.value().cleanup_pending);
}

BOOST_AUTO_TEST_CASE(an_address_that_cannot_be_registered_is_a_warning) {
  for (const auto how : {luck::permanent, luck::transient, luck::busy}) {
    story life;
    const auto made = life.order(samples::order()).value();
    BOOST_REQUIRE(life.until_open(made, step::register_address));
    for (int i = 0; i < 100 && life.next(made).which == step::register_address; ++i) {
      life.act(made, {how});
      life.now += std::chrono::minutes{1};
    }
    BOOST_REQUIRE(life.settle(made));
    BOOST_TEST((life.state(made).status == pod_status::active));
  }
}

// Contract 14: failing at the IPAM file is a WARN event, which says what was left out.
BOOST_AUTO_TEST_CASE(an_address_that_is_not_registered_is_said_to_be_left_out_at_once) {
  open(step::register_address);
  retry(luck::permanent);
  BOOST_TEST((next(pod).which != step::register_address));
  const auto done = all<item_step_done>();
  BOOST_TEST_REQUIRE(done.size() == 1U);
  BOOST_TEST(done.front().message.starts_with("left out: "));
}

BOOST_AUTO_TEST_CASE(an_address_is_released_at_the_second_try_too) {
  BOOST_REQUIRE(settle(pod));
  destroy(pod);
  open(step::release_address);
  retry(luck::transient);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(node.addresses.empty());
}

BOOST_AUTO_TEST_CASE(a_guest_that_will_not_go_is_given_up_after_max_attempts) {
  BOOST_REQUIRE(settle(pod));
  destroy(pod);
  for (int i = 0; i < 60 && state(pod).status == pod_status::deleting; ++i)
    retry(next(pod).which == step::absent ? luck::transient : luck::success);
  BOOST_TEST((state(pod).error.value().code == pod_fault::destroy_failed));
  BOOST_TEST(job_of(pod, job_type::destroy).items.front().attempts <= 2 * policy.max_attempts);
}

BOOST_AUTO_TEST_CASE(volumes_left_behind_are_freed_before_the_pod_is_deleted) {
  BOOST_REQUIRE(settle(pod));
  destroy(pod);
  open(step::destroy);
  node.leaves_volumes = true;
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST(node.volumes.empty());
}

BOOST_AUTO_TEST_CASE(volumes_that_will_not_go_are_given_up_after_max_attempts) {
  BOOST_REQUIRE(settle(pod));
  destroy(pod);
  const auto guest = state(pod).order.guest;
  for (int i = 0; i < 200 && state(pod).status == pod_status::deleting; ++i) {
    node.volumes.insert(guest);
    retry(luck::success);
  }
  BOOST_TEST((state(pod).error.value().code == pod_fault::destroy_failed));
}

BOOST_AUTO_TEST_CASE(a_clone_that_always_breaks_half_way_is_given_up_after_max_attempts) {
  for (int i = 0; i < 200 && create().aim != follow_up::undo; ++i) {
    if (next(pod).what == move::wait)
      now = *next(pod).not_before;
    chances drawn{next(pod).which == step::clone ? luck::partial : luck::success};
    drawn.lost = next(pod).which == step::clone;
    act(pod, drawn);
  }
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).error.value().code == pod_fault::create_failed));
  const auto steps = all<item_step_started>();
  BOOST_TEST(std::ranges::count(steps, step::clone, &item_step_started::which) <=
             policy.max_attempts);
}

BOOST_AUTO_TEST_CASE(what_the_node_said_is_kept_up_to_64_kib) {
  open(step::clone);
  succeeded loud;
  loud.output = std::string(40000, 'a');
  for (int i = 0; i < 2; ++i) {
    auto facts = end_step(log.record(pod), next(pod), loud, {}, policy, now, 0, item_id{"s"});
    extend(log.record(pod), log.site_of(pod), now, facts);
    append(facts);
  }
  BOOST_TEST(create().output.size() == 65536U);
}

BOOST_AUTO_TEST_SUITE_END()
