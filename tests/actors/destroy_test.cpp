#include "actors/stage.hpp"

#include <algorithm>

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;
using domain::job_status;
using domain::pod_status;
using domain::step;

BOOST_FIXTURE_TEST_SUITE(destroying_pods, engine_stage)

BOOST_AUTO_TEST_CASE(a_destroyed_pod_leaves_nothing_on_node_and_quota) {
  const auto id = accepted_in(place()).pod->pod.id;
  const auto reply = destroy(id);
  BOOST_TEST((pod(id)->pod.status == pod_status::deleted));
  BOOST_TEST((job(accepted_in(reply).job->id)->status == job_status::success));
  BOOST_TEST(node->guests.empty());
  BOOST_TEST(held().held().pods == 0);
  BOOST_TEST(held().held().disk_gb == 0);
}

BOOST_AUTO_TEST_CASE(a_destroy_while_the_create_runs_ends_it_at_the_step_boundary) {
  node->holds = {step::clone};
  const auto ordered = place();
  const auto id = accepted_in(ordered).pod->pod.id;
  const auto reply = destroy(id);
  BOOST_TEST(node->attempts.size() == 2U);
  BOOST_TEST((pod(id)->pod.status == pod_status::provisioning));
  answer_node();
  const std::vector<step> steps{step::register_address, step::clone, step::destroy,
                                step::release_address};
  BOOST_TEST((node->steps() == steps));
  BOOST_TEST((pod(id)->pod.status == pod_status::deleted));
  BOOST_TEST((job(accepted_in(ordered).job->id)->status == job_status::cancelled));
  BOOST_TEST((job(accepted_in(reply).job->id)->status == job_status::success));
  BOOST_TEST(held().held().pods == 0);
}

BOOST_AUTO_TEST_CASE(a_destroy_during_the_look_before_the_clone_starts_no_clone) {
  node->silent_queries = true;
  const auto id = accepted_in(place()).pod->pod.id;
  BOOST_REQUIRE(node->held_queries.size() == 1U);
  destroy(id);
  answer_node();
  BOOST_TEST((pod(id)->pod.status == pod_status::deleted));
  BOOST_TEST(std::ranges::count(node->steps(), step::clone) == 0);
}

BOOST_AUTO_TEST_CASE(a_destroy_of_a_pending_pod_while_the_node_is_away_touches_no_node) {
  node->grants = false;
  node->silent_queries = true;
  const auto id = accepted_in(place()).pod->pod.id;
  const auto reply = destroy(id);
  BOOST_TEST((pod(id)->pod.status == pod_status::deleted));
  BOOST_TEST((job(accepted_in(reply).job->id)->status == job_status::success));
  BOOST_TEST(node->attempts.empty());
  BOOST_TEST(node->queries == 0);
  BOOST_TEST(held().held().pods == 0);
}

BOOST_AUTO_TEST_CASE(a_wish_that_waited_is_taken_back_at_the_end) {
  node->grants = false;
  destroy(accepted_in(place()).pod->pod.id);
  BOOST_REQUIRE(!node->releases.empty());
  BOOST_TEST(node->releases.back().keys.empty());
}

BOOST_AUTO_TEST_CASE(a_second_destroy_is_the_first_ones_job) {
  const auto id = accepted_in(place()).pod->pod.id;
  node->holds = {step::destroy};
  const auto first = destroy(id);
  const auto appends = log->appended.size();
  const auto second = destroy(id);
  BOOST_TEST(accepted_in(second).job->id.value == accepted_in(first).job->id.value);
  BOOST_TEST(log->appended.size() == appends);
}

BOOST_AUTO_TEST_CASE(a_destroy_of_what_is_not_there_is_refused) {
  BOOST_TEST((refused_in(destroy(domain::pod_id{"pod-none"})) == domain::problem_code::not_found));
}

BOOST_AUTO_TEST_CASE(a_destroy_of_a_deleted_pod_is_refused) {
  const auto id = accepted_in(place()).pod->pod.id;
  destroy(id);
  BOOST_TEST((refused_in(destroy(id)) == domain::problem_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_destroy_ends_the_wait_for_the_guests_boot) {
  node->boots = false;
  const auto id = accepted_in(place()).pod->pod.id;
  pass(1s);
  destroy(id);
  BOOST_TEST((pod(id)->pod.status == pod_status::deleted));
  BOOST_TEST(node->guests.empty());
}

BOOST_AUTO_TEST_CASE(a_destroy_does_not_wait_for_another_try_of_the_create) {
  node->answers[step::clone] = {{domain::failed{domain::failure_class::transient, "no", {}}}};
  const auto id = accepted_in(place()).pod->pod.id;
  destroy(id);
  BOOST_TEST((pod(id)->pod.status == pod_status::deleted));
}

BOOST_AUTO_TEST_CASE(volumes_that_are_left_are_freed) {
  const auto id = accepted_in(place()).pod->pod.id;
  node->volumes = {"clients:vm-100000-disk-0"};
  destroy(id);
  BOOST_TEST((pod(id)->pod.status == pod_status::deleted));
  BOOST_TEST(node->volumes.empty());
}

BOOST_AUTO_TEST_CASE(a_guest_without_a_mark_is_left_alone) {
  const auto id = accepted_in(place()).pod->pod.id;
  node->answers[step::destroy] = {{domain::failed{domain::failure_class::unmarked, "no mark", {}}}};
  destroy(id);
  BOOST_TEST((pod(id)->pod.status == pod_status::error));
  BOOST_TEST(node->guests.size() == 1U);
  BOOST_TEST(held().held().pods == 1);
}

BOOST_AUTO_TEST_SUITE_END()
