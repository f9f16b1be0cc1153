#include "actors/allocator.hpp"
#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;

namespace {

struct allocator_stage : stage {
  void start(const persistence::allocator_view& held) {
    allocator = spawn_allocator(system(), engine, held);
    ends_with_stage(allocator);
  }

  domain::expected<domain::placement> hold(std::string pod) {
    domain::placement_request wanted;
    wanted.candidates = {domain::node_name{"pve1"}};
    const auto reply =
        ask<place_reply>(allocator, hold_place{domain::pod_id{std::move(pod)}, wanted});
    BOOST_REQUIRE(reply->has_value());
    return (*reply)->value;
  }

  allocator_actor allocator;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_allocator, allocator_stage)

BOOST_AUTO_TEST_CASE(what_the_store_holds_is_not_given_again) {
  offers->vmids = {100000, 100001};
  persistence::allocator_view held;
  persistence::pod_holding one;
  one.pod = domain::pod_id{"pod-1"};
  one.guest = 100000;
  held.pods = {one};
  start(held);
  BOOST_TEST(hold("pod-2")->guest == 100001);
  BOOST_TEST((hold("pod-3").error().code == domain::problem_code::no_capacity));
}

BOOST_AUTO_TEST_CASE(an_event_from_before_its_head_is_not_folded_again) {
  offers->vmids = {100000, 100000};
  persistence::allocator_view held;
  held.head = 10;
  start(held);
  domain::event old;
  old.seq = 10;
  old.pod = domain::pod_id{"pod-1"};
  domain::pod_ordered ordered;
  ordered.guest = 100000;
  ordered.node = domain::node_name{"pve1"};
  old.payload = ordered;
  caf::anon_send(allocator, committed{std::make_shared<const std::vector<domain::event>>(1, old)});
  run();
  BOOST_TEST(hold("pod-2").has_value());
}

BOOST_AUTO_TEST_CASE(a_hold_that_ended_is_free_again) {
  offers->vmids = {100000, 100000};
  start({});
  BOOST_TEST(hold("pod-1").has_value());
  BOOST_TEST(!hold("pod-2").has_value());
  caf::anon_send(allocator, end_hold{domain::pod_id{"pod-1"}});
  run();
  BOOST_TEST(hold("pod-2").has_value());
}

// A tenant may die between the allocator's answer and its append.
BOOST_AUTO_TEST_CASE(a_hold_ends_when_the_next_life_of_its_tenant_joins_the_log) {
  offers->vmids = {100000, 100000};
  start({});
  domain::placement_request wanted;
  wanted.candidates = {domain::node_name{"pve1"}};
  ask<place_reply>(allocator,
                   hold_place{domain::pod_id{"pod-1"}, wanted, domain::tenant_id{"T-1"}});
  caf::anon_send(allocator, end_holds_of{domain::tenant_id{"T-2"}});
  BOOST_TEST(!hold("pod-2").has_value());
  caf::anon_send(allocator, end_holds_of{domain::tenant_id{"T-1"}});
  BOOST_TEST(hold("pod-2").has_value());
}

// Contract 8: remembered across a restart.
BOOST_AUTO_TEST_CASE(a_node_that_was_drained_before_the_start_gets_no_pods) {
  persistence::allocator_view held;
  held.drained = {domain::node_name{"pve1"}};
  start(held);
  BOOST_TEST((hold("pod-1").error().code == domain::problem_code::no_capacity));
}

BOOST_AUTO_TEST_SUITE_END()
