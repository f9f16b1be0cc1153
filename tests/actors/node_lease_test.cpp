#include "actors/node_stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;

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

BOOST_AUTO_TEST_SUITE_END()
