#include "actors/node_stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;

namespace {

using lines = std::vector<std::string>;

struct lease_stage : node_stage {
  lease_stage() { connect(0, true); }
};

const std::set<std::string> plain{"node"};
const std::set<std::string> on_a{"node", "storage:a"};

} // namespace

BOOST_FIXTURE_TEST_SUITE(leases_of_a_node, lease_stage)

BOOST_AUTO_TEST_CASE(nobody_new_is_admitted_before_admission_opens) {
  const auto pod = new_holder();
  acquire(pod, 1, plain);
  BOOST_TEST(*pod.heard == lines{"waits node:pve1"}, boost::test_tools::per_element());
  open();
  BOOST_TEST(pod.last() == "node");
}

BOOST_AUTO_TEST_CASE(an_open_intent_is_granted_before_admission_opens_and_counts) {
  const auto one = new_holder();
  const auto two = new_holder();
  acquire(one, 1, on_a, true);
  BOOST_TEST(*one.heard == lines{"node storage:a"}, boost::test_tools::per_element());
  open();
  acquire(two, 2, on_a);
  BOOST_TEST(*two.heard == lines{"waits storage:a"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_given_back_goes_to_the_next_in_line) {
  open();
  const auto one = new_holder();
  const auto two = new_holder();
  acquire(one, 1, on_a);
  acquire(two, 2, on_a);
  release(one, 1, {"storage:a"});
  BOOST_TEST(two.last() == "node storage:a");
}

BOOST_AUTO_TEST_CASE(a_pod_that_ends_gives_back_what_it_held) {
  open();
  const auto one = new_holder();
  const auto two = new_holder();
  acquire(one, 1, on_a);
  acquire(two, 2, on_a);
  end(one);
  BOOST_TEST(two.last() == "node storage:a");
}

BOOST_AUTO_TEST_CASE(nobody_is_admitted_while_the_node_is_away) {
  open();
  connect(0, false, "cable");
  const auto one = new_holder();
  acquire(one, 1, plain);
  BOOST_TEST(*one.heard == lines{"waits node:pve1"}, boost::test_tools::per_element());
  connect(0, true);
  BOOST_TEST(one.last() == "node");
}

BOOST_AUTO_TEST_CASE(a_pods_next_life_gets_the_lease_it_waits_for_when_the_old_one_ends_late) {
  open();
  const auto other = new_holder();
  const auto old = new_holder();
  const auto next = new_holder();
  acquire(other, 9, on_a);
  acquire(old, 1, on_a);
  acquire(next, 1, on_a);
  end(old);
  release(other, 9);
  BOOST_TEST(next.last() == "node storage:a");
}

BOOST_AUTO_TEST_CASE(a_pods_next_life_keeps_its_lease_when_the_old_one_ends_late) {
  open();
  const auto old = new_holder();
  const auto next = new_holder();
  const auto other = new_holder();
  acquire(old, 1, on_a);
  acquire(next, 1, on_a);
  BOOST_TEST(next.last() == "node storage:a");
  release(old, 1);
  end(old);
  acquire(other, 2, on_a);
  BOOST_TEST(*other.heard == lines{"waits storage:a"}, boost::test_tools::per_element());
  end(next);
  BOOST_TEST(other.last() == "node storage:a");
}

// Contract 6, 11: `queuePosition`, `etaS`.
BOOST_AUTO_TEST_CASE(a_changed_place_is_told_once_a_second_and_not_again_while_it_is_the_same) {
  open();
  std::vector<holder> pods;
  for (int i = 0; i < 4; ++i) {
    pods.push_back(new_holder());
    acquire(pods.back(), i, on_a);
  }
  BOOST_TEST(pods[3].last() == "waits storage:a 3");
  pass(2s, 1s);
  BOOST_TEST(pods[3].heard->size() == 1U);
  release(pods[0], 0);
  BOOST_TEST(pods[3].heard->size() == 1U);
  pass(1s, 1s);
  // The one before held the storage for two seconds.
  BOOST_TEST(pods[3].last() == "waits storage:a 2 4s");
  pass(5s, 1s);
  BOOST_TEST(pods[3].heard->size() == 2U);
}

BOOST_AUTO_TEST_CASE(tenants_take_turns_at_the_node) {
  open();
  std::vector<holder> pods;
  for (int i = 0; i < 5; ++i) {
    pods.push_back(new_holder());
    acquire(pods.back(), i, on_a);
  }
  const auto other = new_holder();
  acquire(other, 9, on_a, false, domain::tenant_id{"T-other"});
  release(pods[0], 0);
  release(pods[1], 1);
  BOOST_TEST(other.last() == "node storage:a");
}

BOOST_AUTO_TEST_CASE(who_waits_is_told_when_the_node_goes_away) {
  open();
  const auto one = new_holder();
  const auto two = new_holder();
  acquire(one, 1, on_a);
  acquire(two, 2, on_a);
  BOOST_TEST(two.last() == "waits storage:a");
  connect(0, false, "cable");
  pass(1s, 1s);
  BOOST_TEST(two.last() == "waits node:pve1");
}

BOOST_AUTO_TEST_SUITE_END()
