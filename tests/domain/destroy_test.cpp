#include <boost/test/unit_test.hpp>

#include "domain/story.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

const destroy_ids named{job_id{"job-d"}, item_id{"q-d"}, "bak-d"};
const destroy_pod enough{
    "no money", user_id{"user-9"}, json_text{R"({"reason":"no money"})"}, {}, std::nullopt};

struct destroy_fixture : story {};

} // namespace

// Contract 6 and 10.
BOOST_FIXTURE_TEST_SUITE(destroys, destroy_fixture)

BOOST_AUTO_TEST_CASE(a_second_destroy_is_the_same_job_in_every_status) {
  const auto pod = order(samples::order()).value();
  destroy(pod);
  const auto first = job_of(pod, job_type::destroy).id;
  do {
    const auto again = decide(log.record(pod), log.offers(), enough, named);
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST((std::get<open_destroy>(*again).job == first));
  } while (act(pod) && state(pod).is_live());
}

BOOST_AUTO_TEST_CASE(a_deleted_pod_refuses_with_its_status) {
  const auto pod = order(samples::order()).value();
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  const auto refused = decide(log.record(pod), log.offers(), enough, named);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST((refused.error().code == problem_code::invalid_state));
  BOOST_TEST((refused.error().details == std::vector<detail>{{"status", std::string{"deleted"}}}));
}

BOOST_AUTO_TEST_CASE(a_destroy_of_a_create_under_way_asks_for_its_cancel) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(until_open(pod, step::clone));
  const auto facts = std::get<0>(decide(log.record(pod), log.offers(), enough, named).value());
  BOOST_REQUIRE(facts.size() == 3U);
  BOOST_TEST((facts[0].job == job_of(pod, job_type::provision).id));
  BOOST_TEST(std::holds_alternative<job_cancel_requested>(facts[0].payload));
  BOOST_TEST((facts[1].job == named.job));
  BOOST_TEST((std::get<job_queued>(facts[1].payload).user == enough.user));
  BOOST_TEST((std::get<item_queued>(facts[2].payload).item == named.item));
}

BOOST_AUTO_TEST_CASE(a_destroy_of_an_active_pod_says_why_it_is_deleting) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(settle(pod));
  const auto facts = std::get<0>(decide(log.record(pod), log.offers(), enough, named).value());
  BOOST_TEST(std::get<pod_deleting>(facts.back().payload).reason == "no money");
  for (const auto& each : facts) {
    BOOST_TEST(each.stream == pod_stream(pod));
    BOOST_TEST((each.tenant == samples::tenant()));
    BOOST_TEST((each.guest == state(pod).order.guest));
  }
}

BOOST_AUTO_TEST_CASE(a_cancel_that_comes_after_the_end_changes_nothing) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(until_open(pod, step::configure));
  act(pod, {luck::permanent});
  act(pod, {luck::permanent});
  BOOST_REQUIRE((job_of(pod, job_type::provision).status == job_status::failed));
  cancel(pod);
  BOOST_TEST(!job_of(pod, job_type::provision).cancel_requested);
}

BOOST_AUTO_TEST_SUITE_END()
