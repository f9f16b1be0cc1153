#include "domain/advised_actions.hpp"
#include "domain/living_pod.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

struct advised_pod : living_pod {
  recommendation it;
  int made = 0;

  advised_pod() {
    it.id = "rec-1";
    it.rule = "outside.busy";
    it.about = {state(pod).tenant, pod, state(pod).order.guest, std::nullopt};
    it.subject = it.about.subject();
    it.issue = "busy";
  }
  action_ids new_ids() {
    const auto number = std::to_string(++made);
    return {job_id{"job-a" + number}, item_id{"q-a" + number}, "bak-a" + number};
  }
  expected<advised_events> taken() {
    return decide(log.tenant(), samples::offers(), it, {user_id{"user-7"}, false},
                  [this] { return new_ids(); });
  }
};

} // namespace

// Contract 16, 12: the same quota and the same rules as for any caller.
BOOST_FIXTURE_TEST_SUITE(advised_actions, advised_pod)

BOOST_AUTO_TEST_CASE(a_scale_is_reserved_told_and_noted_in_one_append) {
  it.actions = {{advice::scale_up, 2, 2048, {}}, {advice::notify_tenant, {}, {}, "busy"}};
  const auto done = taken();
  BOOST_REQUIRE(done.has_value());
  BOOST_TEST(done->jobs.size() == 1U);
  BOOST_TEST(std::holds_alternative<tenant_notified>((done->events.end() - 2)->payload));
  const auto* applied = std::get_if<recommendation_applied>(&done->events.back().payload);
  BOOST_REQUIRE(applied != nullptr);
  BOOST_TEST((applied->jobs == done->jobs));
  append(done->events);
  BOOST_TEST((status_of(done->jobs[0]) == success));
  BOOST_TEST(state(pod).sizes().cpu_cores == 2);
}

BOOST_AUTO_TEST_CASE(over_the_quota_nothing_happens) {
  it.actions = {{advice::notify_tenant, {}, {}, "busy"}, {advice::scale_up, 500, {}, {}}};
  const auto done = taken();
  BOOST_REQUIRE(!done.has_value());
  BOOST_TEST((done.error().code == problem_code::quota_exceeded));
}

BOOST_AUTO_TEST_CASE(advice_that_is_older_than_the_size_turns_no_pod_the_other_way) {
  it.actions = {{advice::scale_up, 2, 2048, {}}};
  append(taken().value().events);
  BOOST_REQUIRE(state(pod).sizes().cpu_cores >= 1);
  it.actions = {{advice::scale_up, 2, 512, {}}};
  BOOST_TEST((taken().error().code == problem_code::invalid_state));
  it.actions = {{advice::scale_down, 8, {}, {}}};
  BOOST_TEST((taken().error().code == problem_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(later_actions_are_decided_by_what_the_earlier_ones_leave) {
  it.actions = {{advice::run_backup}, {advice::run_health_check}, {advice::flag_tenant}};
  const auto done = taken();
  BOOST_REQUIRE(done.has_value());
  BOOST_TEST(done->jobs.size() == 2U);
  append(done->events);
  BOOST_TEST((status_of(done->jobs[1]) == success));
  BOOST_TEST((log.tenant().jobs.at(done->jobs[0])->status == success));
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_gone_is_not_found) {
  it.about.pod = pod_id{"pod-none"};
  it.actions = {{advice::run_backup}};
  BOOST_TEST((taken().error().code == problem_code::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
