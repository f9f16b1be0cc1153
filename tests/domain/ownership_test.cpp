#include <boost/test/unit_test.hpp>

#include "domain/story.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

namespace {

const owner_mark mark{controller_id{"ctl-1"}, pod_id{"pod-01ABC"}};

guest_facts carrying(std::string description, std::string tags) {
  guest_facts said;
  said.exists = true;
  said.description = std::move(description);
  said.tags = std::move(tags);
  return said;
}

struct stranger_fixture : story {
  pod_id pod = order(samples::order()).value();
  vmid first = state(pod).order.guest;
};

} // namespace

// Contract 11, the guest carries its owner.
BOOST_FIXTURE_TEST_SUITE(ownership_marks, stranger_fixture)

BOOST_AUTO_TEST_CASE(either_half_of_the_mark_is_enough) {
  BOOST_TEST(mark.description() == "cloudpods/ctl-1/pod-01ABC");
  BOOST_TEST(mark.tags() == "cloudpods;pod-01abc");
  BOOST_TEST((carrying(mark.description(), "").owner(mark) == ownership::ours));
  BOOST_TEST((carrying(mark.description() + "\nnotes", "").owner(mark) == ownership::ours));
  for (const auto* tags : {"pod-01abc", "x;pod-01abc", "cloudpods;pod-01abc", "a,pod-01abc,b"})
    BOOST_TEST((carrying("notes", tags).owner(mark) == ownership::ours), tags);
}

BOOST_AUTO_TEST_CASE(anothers_mark_is_not_ours_and_none_is_none) {
  for (const auto* other :
       {"cloudpods/ctl-1/pod-01ABD", "cloudpods/ctl-2/pod-01ABC", "cloudpods/ctl-1/pod-01ABCD"})
    BOOST_TEST((carrying(other, "").owner(mark) == ownership::anothers), other);
  BOOST_TEST((carrying("", "cloudpods;pod-01abd").owner(mark) == ownership::anothers));
  BOOST_TEST((carrying("my server", "web;pod-01abcd").owner(mark) == ownership::none));
  BOOST_TEST((carrying("", "").owner(mark) == ownership::none));
}

BOOST_AUTO_TEST_CASE(a_vmid_that_a_stranger_has_is_changed_before_anything_exists) {
  chances drawn;
  drawn.stranger_before = true;
  for (int i = 0; i < 10 && state(pod).order.guest == first; ++i)
    act(pod, drawn);
  BOOST_TEST(state(pod).order.guest != first);
  BOOST_TEST((log.tenant().find(state(pod).order.guest)->pod.id == pod));
  BOOST_TEST(!log.tenant().by_vmid.contains(first));
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::active));
  BOOST_TEST(node.has_guest(first));
}

BOOST_AUTO_TEST_CASE(a_stranger_that_is_met_by_the_clone_is_never_removed) {
  for (const bool no_other : {false, true}) {
    story life;
    const auto made = life.order(samples::order()).value();
    const auto guest = life.state(made).order.guest;
    BOOST_REQUIRE(life.until_open(made, step::clone));
    chances drawn;
    drawn.stranger_between = true;
    drawn.no_other_vmid = no_other;
    life.act(made, drawn);
    BOOST_REQUIRE(life.settle(made));
    BOOST_TEST(life.node.has_guest(guest));
    BOOST_TEST(life.node.strangers_removed == 0);
    BOOST_TEST((life.state(made).status == (no_other ? pod_status::error : pod_status::active)));
  }
}

BOOST_AUTO_TEST_CASE(a_stranger_that_is_seen_before_the_clone_is_never_removed) {
  chances drawn;
  drawn.stranger_before = true;
  drawn.no_other_vmid = true;
  while (state(pod).status != pod_status::error)
    BOOST_REQUIRE(act(pod, drawn));
  BOOST_TEST(node.has_guest(first));
  BOOST_TEST(job_of(pod, job_type::provision).error.value().code == "VMID_IN_USE");
}

BOOST_AUTO_TEST_CASE(an_unmarked_guest_of_the_pods_own_create_is_removed_and_made_again) {
  auto command = samples::order();
  command.blueprint = "debian";
  const auto made = order(command).value();
  BOOST_REQUIRE(until_open(made, step::create));
  chances drawn;
  drawn.lost = true;
  act(made, drawn);
  BOOST_REQUIRE(settle(made));
  BOOST_TEST((state(made).status == pod_status::active));
  BOOST_TEST(node.guests_of(made) == 1);
}

BOOST_AUTO_TEST_CASE(a_redo_takes_the_number_of_the_attempt_that_it_stood_for) {
  BOOST_REQUIRE(until_open(pod, step::clone));
  chances drawn{luck::partial};
  drawn.lost = true;
  act(pod, drawn);
  BOOST_REQUIRE(settle(pod));
  std::set<int> ended;
  for (const auto& each : all<item_step_done>())
    BOOST_TEST(ended.insert(each.attempt).second, each.attempt);
}

BOOST_AUTO_TEST_CASE(a_clone_that_is_whole_and_ours_has_succeeded) {
  BOOST_REQUIRE(until_open(pod, step::clone));
  const auto& record = log.record(pod);
  const auto ours = fake_node::mark_of(pod);
  auto guest = carrying(ours.description(), "");
  BOOST_TEST(std::holds_alternative<succeeded>(resolve(record, step::clone, guest, true, ours)));
  BOOST_TEST(std::holds_alternative<failed>(resolve(record, step::clone, guest, false, ours)));
  guest.lock = "clone";
  BOOST_TEST(std::holds_alternative<failed>(resolve(record, step::clone, guest, true, ours)));
  BOOST_TEST(std::holds_alternative<failed>(
      resolve(record, step::clone, carrying("other", ""), true, ours)));
}

BOOST_AUTO_TEST_CASE(a_guest_that_runs_and_is_ours_has_started) {
  BOOST_REQUIRE(until_open(pod, step::start));
  const auto& record = log.record(pod);
  const auto ours = fake_node::mark_of(pod);
  auto guest = carrying(ours.description(), "");
  BOOST_TEST(std::holds_alternative<failed>(resolve(record, step::start, guest, true, ours)));
  guest.status = "running";
  BOOST_TEST(std::holds_alternative<succeeded>(resolve(record, step::start, guest, true, ours)));
  guest.description = "someone's";
  BOOST_TEST(std::holds_alternative<failed>(resolve(record, step::start, guest, true, ours)));
}

BOOST_AUTO_TEST_CASE(an_attempt_without_a_result_is_a_transient_failure) {
  const auto& record = log.record(pod);
  for (int i = 0; i < static_cast<int>(words<step>::values.size()); ++i) {
    const auto judged = resolve(record, static_cast<step>(i), {}, false, fake_node::mark_of(pod));
    BOOST_REQUIRE(std::holds_alternative<failed>(judged));
    BOOST_TEST((std::get<failed>(judged).why == failure_class::transient));
  }
}

BOOST_AUTO_TEST_SUITE_END()
