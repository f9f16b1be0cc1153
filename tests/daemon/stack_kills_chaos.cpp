#include <functional>
#include <future>

#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/stack_site.hpp"

// Contract 11, 15: a daemon that is killed at any commit of a deployment, or in the middle of any
// of its commands, brings it to the same end.

namespace cloudpods::tests {

namespace {

using life = std::function<std::string(stack_site&, const std::string& tenant)>;

struct killed_stacks : stack_site {
  killed_stacks() {
    start();
    put_word_press();
  }

  /// The first version of each commit of that kind of stream, of a life that nothing disturbed.
  std::vector<std::string> commits(const std::string& kind) {
    return store().column("SELECT min(stream_version) FROM cloud_pod_events WHERE stream = "
                          "(SELECT min(stream) FROM cloud_pod_events WHERE stream LIKE '" +
                          kind + ":%') GROUP BY xmin ORDER BY 1");
  }

  void kill_at_commits(const std::string& kind, const life& one) {
    BOOST_TEST_REQUIRE(one(*this, "first") == "");
    for (const auto& version : commits(kind))
      for (const bool is_committed : {false, true})
        BOOST_TEST_CONTEXT(kind << " version " << version << (is_committed ? ", committed" : "")) {
          store().hold_version(kind, std::stoi(version));
          const auto tenant = kind + "-" + version + (is_committed ? "c" : "n");
          auto story = std::async(std::launch::async, one, std::ref(*this), tenant);
          BOOST_TEST(store().await_held());
          kill();
          if (is_committed)
            store().let_commit();
          else
            store().break_commit();
          start();
          BOOST_TEST(story.get() == "");
        }
    BOOST_TEST(broken_invariants(*this) == "");
    BOOST_TEST(repeated_commands(node()) == "");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stack_kills, killed_stacks)

BOOST_AUTO_TEST_CASE(a_stack_survives_a_kill_at_every_commit_of_its_deployment) {
  kill_at_commits("deployment", live_as_stack);
}

BOOST_AUTO_TEST_CASE(a_stack_survives_a_kill_at_every_commit_of_its_pods) {
  kill_at_commits("pod", live_as_stack);
}

BOOST_AUTO_TEST_CASE(a_rollback_survives_a_kill_at_every_commit_of_its_deployment) {
  node().add_fault({.pattern = "cloudpod-create.sh*wp-app*",
                    .kind = "fail",
                    .times = -1,
                    .exit = 1,
                    .text = "Cannot allocate memory"});
  kill_at_commits("deployment", live_in_vain_as_stack);
}

BOOST_AUTO_TEST_CASE(a_stack_survives_a_kill_in_the_middle_of_its_tasks) {
  for (const auto when : {support::strike::before, support::strike::after}) {
    const std::string name = when == support::strike::before ? "before" : "after";
    node().add_fault(
        {.pattern = "stack-task.sh database*", .kind = "hang", .when = when, .name = name});
    auto story = std::async(std::launch::async, live_as_stack, std::ref(*this), name);
    BOOST_TEST(node().wait_hanging(name));
    kill();
    node().release(name);
    start();
    BOOST_TEST(story.get() == "");
  }
  BOOST_TEST(tasks().size() == 6U);
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
