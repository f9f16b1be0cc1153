#include "domain/living_pod.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

// Contract 10, 11.
BOOST_FIXTURE_TEST_SUITE(actions_tried_again, living_pod)

BOOST_AUTO_TEST_CASE(
    an_archive_that_was_made_is_in_the_books_before_a_cancel_or_a_destroy_is_heard) {
  const auto vmid = state(pod).order.guest;
  const auto backup = ask(pod, item_action::backup);
  BOOST_REQUIRE(until_open(pod, step::backup));
  BOOST_TEST(cancel_job(backup.value()));
  destroy(pod);
  act(pod); // it was made all the same
  BOOST_TEST((next(pod).which == step::archive));
  BOOST_TEST(!gives_up_looking(log.record(pod), next(pod)));
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_REQUIRE(state(pod).backups.size() == 1U);
  BOOST_TEST(node.archives.contains(state(pod).backups.front().archive.volume));
  BOOST_TEST(state(order(samples::order()).value()).order.guest != vmid);
}

BOOST_AUTO_TEST_CASE(a_retried_suspend_keeps_since_when_and_why) {
  act_on_pod wish;
  wish.action = item_action::suspend;
  wish.reason = "unpaid";
  const auto first = ask(pod, wish);
  BOOST_REQUIRE(until_open(pod, step::stop));
  act(pod, {luck::permanent});
  BOOST_TEST((status_of(first) == broken_off));
  BOOST_TEST((status_of(retry(first.value())) == success));
  BOOST_TEST(state(pod).suspended->reason == "unpaid");
  BOOST_TEST(!guest().running);
}

// Contract 7, 10: another address takes the place of one that was found, never of a named one.
BOOST_AUTO_TEST_CASE(a_create_with_a_named_address_is_tried_again_with_that_one) {
  order_pod command;
  command.name = "client-portal";
  command.blueprint = "debian";
  command.container.emplace().ip_address = "10.1.10.140";
  const auto broken = order(command).value();
  BOOST_REQUIRE(until_open(broken, step::create));
  act(broken, {luck::permanent});
  BOOST_REQUIRE(settle(broken));
  BOOST_TEST((state(broken).status == pod_status::error));
  BOOST_REQUIRE(retry(job_of(broken, job_type::provision).id).has_value());
  BOOST_REQUIRE(settle(broken));
  BOOST_TEST((state(broken).status == pod_status::active));
  BOOST_TEST(state(broken).order.ip_address.value() == "10.1.10.140");
}

BOOST_AUTO_TEST_CASE(a_failed_create_is_tried_again_as_the_same_pod_with_the_same_vmid) {
  const auto broken = order(samples::order()).value();
  BOOST_REQUIRE(until_open(broken, step::configure));
  act(broken, {luck::permanent});
  BOOST_REQUIRE(settle(broken));
  const auto vmid = state(broken).order.guest;
  const auto again = retry(job_of(broken, job_type::provision).id);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST((state(broken).status == pod_status::pending));
  BOOST_REQUIRE(settle(broken));
  BOOST_TEST((state(broken).status == pod_status::active));
  BOOST_TEST(state(broken).order.guest == vmid);
  BOOST_TEST(log.tenant().jobs.at(again.value())->retry_of.has_value());
  BOOST_TEST(!retry(again.value()).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
