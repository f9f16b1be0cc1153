#include <future>

#include <boost/test/unit_test.hpp>

#include "daemon/action_kills.hpp"

// Contract 10, 11, 14: a daemon that is killed at any boundary of an action on a pod that stands
// leaves it as that action makes it, once; the pod goes on to be used.

namespace cloudpods::tests {

namespace {

/// Each round on a site of its own, side by side: most of the time is waited.
void survive(const std::string& blueprint) {
  support::shared_postgres();
  const std::vector<deed_cycle> rounds{{deed::stop, deed::start, deed::reboot},
                                       {deed::suspend, deed::resume},
                                       {deed::scale},
                                       {deed::snapshot, deed::rollback, deed::delete_snapshot},
                                       {deed::backup, deed::restore},
                                       {deed::sync, deed::health}};
  std::vector<std::future<std::string>> all;
  for (const auto& round : rounds)
    all.push_back(std::async(std::launch::async, [&blueprint, &round] {
      return killed_actions{}.survive(blueprint, round);
    }));
  for (auto& each : all)
    BOOST_TEST(each.get() == "");
}

} // namespace

BOOST_AUTO_TEST_SUITE(killed_actions_of_pods)

BOOST_AUTO_TEST_CASE(every_action_on_a_vm_survives_a_kill_at_every_boundary) {
  survive(vm_blueprint);
}

BOOST_AUTO_TEST_CASE(every_action_on_a_container_survives_a_kill_at_every_boundary) {
  survive(ct_blueprint);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
