#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "domain/story.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

using strings = std::vector<std::string>;

/// The pod's status changes, in order.
strings life_of(const story& told, const pod_id& pod) {
  strings found;
  for (const auto& each : told.names(pod))
    if (each.starts_with("pod."))
      found.push_back(each);
  return found;
}

/// A pod that a create failed for good, and whose remains could not be removed.
pod_id left_over(story& life) {
  const auto pod = life.order(order()).value();
  BOOST_REQUIRE(life.until_open(pod, step::configure));
  life.act(pod, {luck::permanent});
  life.act(pod, {luck::permanent});
  return pod;
}

pod_id active(story& life) {
  const auto pod = life.order(order()).value();
  BOOST_REQUIRE(life.settle(pod));
  return pod;
}

struct life_fixture : story {};

} // namespace

// Contract 10, the table.
BOOST_FIXTURE_TEST_SUITE(pod_life, life_fixture)

BOOST_AUTO_TEST_CASE(an_accepted_order_is_pending_and_reserves) {
  const auto pod = order(samples::order()).value();
  BOOST_TEST((state(pod).status == pod_status::pending));
  BOOST_TEST((log.tenant().held.reserved == resources{1, 1, 1024, 30}));
  BOOST_TEST((log.tenant().held.used == resources{}));
}

BOOST_AUTO_TEST_CASE(a_pod_is_provisioning_once_its_create_item_starts) {
  const auto pod = order(samples::order()).value();
  BOOST_TEST(act(pod));
  BOOST_TEST((state(pod).status == pod_status::provisioning));
  BOOST_TEST((state(pod).current_job == job_of(pod, job_type::provision).id));
  BOOST_TEST((job_of(pod, job_type::provision).status == job_status::running));
}

BOOST_AUTO_TEST_CASE(a_pod_whose_every_step_is_done_is_active_and_its_quota_used) {
  const auto pod = active(*this);
  BOOST_TEST((life_of(*this, pod) == strings{"pod.ordered", "pod.provisioning", "pod.active"}));
  BOOST_TEST((log.tenant().held.used == resources{1, 1, 1024, 30}));
  BOOST_TEST((log.tenant().held.reserved == resources{}));
  const auto& job = job_of(pod, job_type::provision);
  BOOST_TEST((job.status == job_status::success));
  BOOST_TEST(job.result.value().ip_address.value() == "10.1.10.100");
  BOOST_TEST((job.result.value().guest == state(pod).order.guest));
  BOOST_TEST(!state(pod).current_job.has_value());
}

BOOST_AUTO_TEST_CASE(a_vm_is_registered_cloned_configured_grown_started_and_waited_for) {
  auto command = samples::order();
  command.user_data = "#cloud-config";
  const auto pod = order(command).value();
  BOOST_REQUIRE(settle(pod));
  std::vector<step> steps;
  for (const auto& each : all<item_step_started>())
    steps.push_back(each.which);
  using enum step;
  BOOST_TEST((steps ==
              std::vector{register_address, write_snippet, clone, configure, resize, start, wait}));
}

BOOST_AUTO_TEST_CASE(a_container_is_created_marked_pooled_given_keys_and_grown) {
  auto command = samples::order();
  command.blueprint = "debian";
  command.ssh_keys = {"ssh-ed25519 AAAA"};
  const auto pod = order(command).value();
  BOOST_REQUIRE(settle(pod));
  std::vector<step> steps;
  for (const auto& each : all<item_step_started>())
    steps.push_back(each.which);
  using enum step;
  BOOST_TEST((steps == std::vector{create, mark, pool, keys, resize, wait}));
  BOOST_TEST(state(pod).order.ip_address.value() == "192.0.2.7");
}

BOOST_AUTO_TEST_CASE(a_create_that_failed_for_good_is_an_error_only_when_its_remains_are_gone) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(until_open(pod, step::configure));
  act(pod, {luck::permanent});
  BOOST_TEST((state(pod).status == pod_status::provisioning));
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::error));
  BOOST_TEST((state(pod).error.value().code == pod_fault::create_failed));
  BOOST_TEST(!state(pod).error.value().cleanup_pending);
  BOOST_TEST((log.tenant().held.held() == resources{}));
  BOOST_TEST(!node.has_anything_of(state(pod)));
  BOOST_TEST(job_of(pod, job_type::provision).error.value().code == "CREATE_FAILED");
}

BOOST_AUTO_TEST_CASE(a_create_tells_why_it_failed_not_what_its_removal_met) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(until_open(pod, step::configure));
  act(pod, {luck::permanent});
  act(pod, {luck::busy});
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(state(pod).error.value().message == "the node says permanent");
  BOOST_TEST(job_of(pod, job_type::provision).error.value().message == "the node says permanent");
}

BOOST_AUTO_TEST_CASE(remains_that_cannot_be_removed_keep_everything_held_and_queue_a_cleanup) {
  const auto pod = left_over(*this);
  BOOST_TEST((state(pod).status == pod_status::error));
  BOOST_TEST(state(pod).error.value().cleanup_pending);
  BOOST_TEST((log.tenant().held.reserved == resources{1, 1, 1024, 30}));
  const auto& job = job_of(pod, job_type::provision);
  BOOST_TEST((job.status == job_status::failed));
  BOOST_TEST(!job.is_closed());
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(!state(pod).error.value().cleanup_pending);
  BOOST_TEST((log.tenant().held.held() == resources{}));
  BOOST_TEST(job_of(pod, job_type::provision).is_closed());
  BOOST_TEST(!node.has_anything_of(state(pod)));
}

BOOST_AUTO_TEST_CASE(a_failed_create_tells_why_it_failed_while_its_remains_stand) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(until_open(pod, step::configure));
  node.guests.at(state(pod).order.guest).marked = false;
  act(pod, {luck::permanent});
  act(pod);
  BOOST_REQUIRE(state(pod).error.has_value());
  BOOST_TEST(state(pod).error->cleanup_pending);
  BOOST_TEST(state(pod).error->message.starts_with("the node says permanent"));
}

BOOST_AUTO_TEST_CASE(a_cancelled_create_is_an_error_without_quota_and_its_job_cancelled) {
  for (const auto at : {step::register_address, step::clone, step::wait}) {
    story life;
    const auto pod = life.order(samples::order()).value();
    BOOST_REQUIRE(life.until_open(pod, at));
    life.cancel(pod);
    BOOST_REQUIRE(life.settle(pod));
    BOOST_TEST((life.state(pod).status == pod_status::error));
    BOOST_TEST((life.state(pod).error.value().code == pod_fault::cancelled));
    BOOST_TEST((life.job_of(pod, job_type::provision).status == job_status::cancelled));
    BOOST_TEST((life.log.tenant().held.held() == resources{}));
    BOOST_TEST(!life.node.has_anything_of(life.state(pod)));
  }
}

BOOST_AUTO_TEST_CASE(a_pending_pod_is_cancelled_without_touching_a_node) {
  const auto pod = order(samples::order()).value();
  cancel(pod);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).error.value().code == pod_fault::cancelled));
  BOOST_TEST(all<item_step_started>().empty());
}

BOOST_AUTO_TEST_CASE(a_cancelled_create_whose_remains_stay_fails_and_is_cleaned_up_in_peace) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(until_open(pod, step::configure));
  cancel(pod);
  act(pod);
  act(pod, {luck::permanent});
  BOOST_TEST((job_of(pod, job_type::provision).status == job_status::failed));
  BOOST_TEST((state(pod).error.value().code == pod_fault::cancelled));
  BOOST_TEST(state(pod).error.value().cleanup_pending);
  BOOST_REQUIRE(until_open(pod, step::destroy));
  act(pod, {luck::transient});
  BOOST_TEST((next(pod).what == move::wait));
}

BOOST_AUTO_TEST_CASE(a_pending_pod_that_is_destroyed_is_deleted_without_touching_a_node) {
  const auto pod = order(samples::order()).value();
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((life_of(*this, pod) == strings{"pod.ordered", "pod.deleted"}));
  BOOST_TEST(all<item_step_started>().empty());
  BOOST_TEST((log.tenant().held.held() == resources{}));
  BOOST_TEST((job_of(pod, job_type::provision).status == job_status::cancelled));
  BOOST_TEST((job_of(pod, job_type::destroy).status == job_status::success));
  log.check_ends();
}

BOOST_AUTO_TEST_CASE(a_destroy_cuts_a_create_short_at_its_next_step_boundary) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(until_open(pod, step::clone));
  destroy(pod);
  BOOST_TEST((state(pod).status == pod_status::provisioning));
  act(pod);
  BOOST_TEST((state(pod).status == pod_status::deleting));
  BOOST_TEST((job_of(pod, job_type::provision).status == job_status::cancelled));
  BOOST_TEST(log.record(pod).jobs.size() == 1U);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST(!node.has_anything_of(state(pod)));
}

BOOST_AUTO_TEST_CASE(an_active_pod_is_deleting_as_soon_as_its_destroy_is_admitted) {
  const auto pod = active(*this);
  destroy(pod);
  BOOST_TEST((state(pod).status == pod_status::deleting));
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST((log.tenant().held.held() == resources{}));
  BOOST_TEST((state(pod).deleted_at == now));
  BOOST_TEST(log.tenant().by_name.empty());
  BOOST_TEST(log.tenant().by_vmid.empty());
}

BOOST_AUTO_TEST_CASE(a_pod_that_becomes_active_while_its_destroy_is_admitted_still_is_deleting) {
  const auto pod = order(samples::order()).value();
  BOOST_REQUIRE(until_open(pod, step::wait));
  const auto asked = decide_destroy(pod);
  append(decide_act(pod, {}));
  append(asked);
  BOOST_REQUIRE(until_open(pod, step::destroy));
  BOOST_TEST((state(pod).status == pod_status::deleting));
}

BOOST_AUTO_TEST_CASE(a_destroy_ends_well_where_the_guest_never_was) {
  const auto pod = active(*this);
  node.guests.clear();
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
}

BOOST_AUTO_TEST_CASE(an_error_that_is_clean_is_deleted_without_touching_a_node) {
  const auto pod = order(samples::order()).value();
  cancel(pod);
  BOOST_REQUIRE(settle(pod));
  const auto before = all<item_step_started>().size();
  destroy(pod);
  BOOST_TEST((state(pod).status == pod_status::deleting));
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST(all<item_step_started>().size() == before);
}

BOOST_AUTO_TEST_CASE(a_destroy_takes_the_place_of_a_waiting_cleanup) {
  const auto pod = left_over(*this);
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST(names(pod).back() == "job.succeeded");
  log.check_ends();
  const auto items = all<item_ended>();
  const auto cleanup = std::ranges::find(items, item_action::cleanup, &item_ended::action);
  BOOST_REQUIRE((cleanup != items.end()));
  BOOST_TEST(cleanup->message == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_destroy_that_fails_for_good_is_an_error_and_may_be_asked_again) {
  const auto pod = active(*this);
  destroy(pod);
  BOOST_REQUIRE(until_open(pod, step::destroy));
  act(pod, {luck::permanent});
  BOOST_TEST((state(pod).status == pod_status::error));
  BOOST_TEST((state(pod).error.value().code == pod_fault::destroy_failed));
  BOOST_TEST((log.tenant().held.used == resources{1, 1, 1024, 30}));
  BOOST_TEST(job_of(pod, job_type::destroy).error.value().code == "DESTROY_FAILED");
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
}

BOOST_AUTO_TEST_CASE(a_guest_without_a_mark_is_left_alone_and_everything_stays_held) {
  const auto pod = active(*this);
  node.guests.at(state(pod).order.guest).marked = false;
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::error));
  BOOST_TEST((state(pod).error.value().code == pod_fault::ownership_conflict));
  BOOST_TEST((log.tenant().held.used == resources{1, 1, 1024, 30}));
  BOOST_TEST(node.guests_of(pod) == 1);
  BOOST_TEST(!all<pod_ownership_conflict>().front().marked);
}

BOOST_AUTO_TEST_CASE(a_guest_with_anothers_mark_means_that_ours_is_gone) {
  const auto pod = active(*this);
  node.guests[state(pod).order.guest] = {pod_id{}, false, true, false, false};
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST(node.has_guest(state(pod).order.guest));
  BOOST_TEST(all<pod_ownership_conflict>().front().marked);
}

BOOST_AUTO_TEST_SUITE_END()
