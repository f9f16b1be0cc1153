#include <functional>
#include <future>
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

/// What is lived under a name, from the order to the end.
using life = std::function<lived(const std::string& name)>;

struct killed_site : chaos_site {
  lived first;

  life of(const std::string& blueprint) {
    return [this, blueprint](const std::string& name) { return live(*this, name, blueprint); };
  }

  void live_undisturbed(const life& one) {
    start();
    first = one("first");
    BOOST_TEST_REQUIRE(first.wrong == "");
  }

  /// The first version of each commit of the first pod's stream.
  std::vector<std::string> commits() {
    return store().column("SELECT min(stream_version) FROM cloud_pod_events WHERE stream = 'pod:" +
                          first.create.pod + "' GROUP BY xmin ORDER BY 1");
  }

  void kill_at_commit(const std::string& version, bool is_committed, const life& one) {
    BOOST_TEST_CONTEXT("version " << version
                                  << (is_committed ? ", committed" : ", not committed")) {
      const auto name = "v" + version + (is_committed ? "c" : "n");
      store().hold_pod_version(std::stoi(version));
      auto story = std::async(std::launch::async, one, name);
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

  void kill_at_commits(const life& one) {
    live_undisturbed(one);
    for (const auto& version : commits())
      for (const bool is_committed : {false, true})
        kill_at_commit(version, is_committed, one);
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
      auto story = std::async(std::launch::async, of(blueprint), name);
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
    live_undisturbed(of(blueprint));
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
  kill_at_commits(of(vm_blueprint));
}

BOOST_AUTO_TEST_CASE(a_vm_survives_a_kill_at_every_command_of_its_life) {
  kill_at_commands(vm_blueprint);
}

BOOST_AUTO_TEST_CASE(a_container_survives_a_kill_at_every_commit_of_its_life) {
  kill_at_commits(of(ct_blueprint));
}

BOOST_AUTO_TEST_CASE(a_container_survives_a_kill_at_every_command_of_its_life) {
  kill_at_commands(ct_blueprint);
}

BOOST_AUTO_TEST_CASE(a_create_that_fails_survives_a_kill_at_every_commit_of_its_removal) {
  node().add_fault({.pattern = "qm start*",
                    .kind = "fail",
                    .times = -1,
                    .exit = 1,
                    .text = "Cannot allocate memory"});
  kill_at_commits([this](const std::string& name) { return live_in_vain(*this, name); });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
