#include <set>

#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/pod_story.hpp"

// Contract 11, 14: a daemon that is killed at any boundary of any step leaves one guest or none, as
// it should be. The boundaries are those of a life that went undisturbed before, so that new steps
// are covered by themselves.

namespace cloudpods::tests {

namespace {

using support::strike;

std::string name_of(strike when) {
  return when == strike::before ? "before" : when == strike::half ? "half" : "after";
}

struct killed_site : chaos_site {
  lived first;

  void live_undisturbed(const std::string& blueprint) {
    start();
    first = live(*this, "first", blueprint);
    BOOST_TEST_REQUIRE(first.wrong == "");
  }

  /// The first version of each commit of the first pod's stream.
  std::vector<std::string> commits() {
    return store().column("SELECT min(stream_version) FROM cloud_pod_events WHERE stream = 'pod:" +
                          first.create.pod + "' GROUP BY xmin ORDER BY 1");
  }

  void kill_at_commit(const std::string& version, bool is_committed, const std::string& blueprint) {
    BOOST_TEST_CONTEXT("version " << version
                                  << (is_committed ? ", committed" : ", not committed")) {
      const auto name = "v" + version + (is_committed ? "c" : "n");
      store().hold_pod_version(std::stoi(version));
      auto story = begin_living(*this, name, blueprint);
      const bool is_held = store().await_held();
      kill();
      if (is_committed)
        store().let_commit();
      else
        store().break_commit();
      start();
      BOOST_TEST(is_held);
      BOOST_TEST(story.get().wrong == "");
    }
  }

  void kill_at_commits(const std::string& blueprint) {
    live_undisturbed(blueprint);
    for (const auto& version : commits())
      for (const bool is_committed : {false, true})
        kill_at_commit(version, is_committed, blueprint);
    BOOST_TEST(broken_invariants(*this) == "");
    BOOST_TEST(repeated_commands(node()) == "");
  }

  /// The command goes on before the next daemon comes, or under its eyes.
  void kill_at_command(const std::string& command, strike when, bool is_seen_ending,
                       const std::string& blueprint) {
    BOOST_TEST_CONTEXT(name_of(when) << " " << command << (is_seen_ending ? ", seen" : "")) {
      const auto name = "k" + std::to_string(++number_);
      node().add_fault(
          {.pattern = "*" + command + "*", .kind = "hang", .when = when, .name = name});
      auto story = begin_living(*this, name, blueprint);
      const bool hangs = node().wait_hanging(name);
      kill();
      if (!is_seen_ending)
        node().release(name);
      start();
      node().release(name);
      BOOST_TEST(hangs);
      BOOST_TEST(story.get().wrong == "");
    }
  }

  void kill_at_commands(const std::string& blueprint) {
    live_undisturbed(blueprint);
    const auto commands = changing_commands(node());
    for (const auto& command : std::set<std::string>{commands.begin(), commands.end()}) {
      kill_at_command(command, strike::before, false, blueprint);
      kill_at_command(command, strike::after, true, blueprint);
      if (command.ends_with("clone"))
        kill_at_command(command, strike::half, true, blueprint);
    }
    BOOST_TEST(broken_invariants(*this) == "");
    BOOST_TEST(repeated_commands(node()) == "");
  }

private:
  int number_ = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(kill_points, killed_site)

BOOST_AUTO_TEST_CASE(a_vm_survives_a_kill_at_every_commit_of_its_life) {
  kill_at_commits(vm_blueprint);
}

BOOST_AUTO_TEST_CASE(a_vm_survives_a_kill_at_every_command_of_its_life) {
  kill_at_commands(vm_blueprint);
}

BOOST_AUTO_TEST_CASE(a_container_survives_a_kill_at_every_commit_of_its_life) {
  kill_at_commits(ct_blueprint);
}

BOOST_AUTO_TEST_CASE(a_container_survives_a_kill_at_every_command_of_its_life) {
  kill_at_commands(ct_blueprint);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
