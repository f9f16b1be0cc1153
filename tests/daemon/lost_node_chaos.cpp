#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/pod_story.hpp"
#include "support/processes.hpp"

// Contract 11, 14: a node that goes away in the middle loses nothing and doubles nothing.

namespace cloudpods::tests {

namespace {

using support::simulated_node;
using support::strike;

struct lost_node : chaos_site {
  lost_node() {
    start();
    BOOST_TEST_REQUIRE(daemon().await_log("\"node-up"));
  }

  void hang_clone() {
    node().add_fault(
        {.pattern = "qm clone*", .kind = "hang", .when = strike::half, .name = "clone"});
  }

  /// The daemon has seen that the node is away.
  void take_node_away() {
    node().stop_sshd();
    BOOST_TEST_REQUIRE(daemon().await_log("\"node-down"));
  }

  std::string waiting_on(const std::string& job) {
    const auto said = client().get("/api/cloud-pods/jobs/" + job).json().at("waitingOn");
    return said.is_string() ? std::string{said.as_string()} : std::string{};
  }

  /// What a job waits on is told beside its answers, not with them.
  bool comes_to_wait_on(const std::string& job, const std::string& what) {
    return node().wait_until([&] { return waiting_on(job) == what; });
  }

  std::string fingerprint() {
    const auto said =
        support::run_program({"ssh-keygen", "-l", "-f", node().root() / "sshd" / "host_key.pub"});
    const auto at = said.out.find("SHA256:");
    return said.out.substr(at, said.out.find(' ', at) - at);
  }

  /// As a node that restarts: every process of it is gone.
  void reboot_node() { support::kill_with_environment("HOME=" + node().home().string()); }

  void check_created_once(const accepted_work& made) {
    BOOST_TEST(end_of(made.job) == "success");
    const auto commands = changing_commands(node());
    BOOST_TEST(std::ranges::count(commands, "qm clone") == 1);
    BOOST_TEST(broken_invariants(*this) == "");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lost_nodes, lost_node)

BOOST_AUTO_TEST_CASE(a_clone_outlives_its_connection) {
  hang_clone();
  const auto made = order("cut");
  BOOST_TEST(node().wait_hanging("clone"));
  node().kill_connections();
  node().release("clone");
  check_created_once(made);
}

BOOST_AUTO_TEST_CASE(a_clone_that_ends_while_its_node_is_unreachable_is_learned_later) {
  hang_clone();
  const auto made = order("cut");
  BOOST_TEST(node().wait_hanging("clone"));
  take_node_away();
  node().release("clone");
  BOOST_TEST(node().wait_until([&] {
    const auto guest = node().guest(made.vmid);
    return guest && !guest->config.contains("lock");
  }));
  BOOST_TEST(status_of(made.pod) == "provisioning");
  node().start_sshd();
  check_created_once(made);
}

BOOST_AUTO_TEST_CASE(an_order_for_a_node_that_is_away_is_accepted_and_waits) {
  take_node_away();
  const auto made = order("early");
  BOOST_TEST(comes_to_wait_on(made.job, "node:pve1"));
  BOOST_TEST(status_of(made.pod) == "pending");
  node().start_sshd();
  check_created_once(made);
}

BOOST_AUTO_TEST_CASE(a_job_whose_node_came_back_waits_on_it_no_longer) {
  node().add_fault(
      {.pattern = "qm clone*", .kind = "hang", .when = strike::before, .name = "clone"});
  const auto made = order("there-again");
  BOOST_TEST(node().wait_hanging("clone"));
  take_node_away();
  node().add_fault({.pattern = "qm set*", .kind = "hang", .when = strike::before, .name = "set"});
  node().start_sshd();
  node().release("clone");
  BOOST_TEST(node().wait_hanging("set"));
  BOOST_TEST(comes_to_wait_on(made.job, ""));
  node().release("set");
  check_created_once(made);
}

BOOST_AUTO_TEST_CASE(a_pending_pod_is_destroyed_without_its_node) {
  take_node_away();
  const auto made = order("never");
  const auto gone = destroy(made.pod);
  BOOST_TEST(end_of(gone.job) == "success");
  BOOST_TEST(end_of(made.job) == "cancelled");
  BOOST_TEST(status_of(made.pod) == "deleted");
  BOOST_TEST(changing_commands(node()).empty());
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_daemon_that_starts_without_its_node_serves_and_goes_on_later) {
  hang_clone();
  const auto made = order("cut");
  BOOST_TEST(node().wait_hanging("clone"));
  kill();
  node().stop_sshd();
  start();
  BOOST_TEST(status_of(made.pod) == "provisioning");
  node().release("clone");
  node().start_sshd();
  check_created_once(made);
}

BOOST_AUTO_TEST_CASE(a_node_that_restarts_inside_a_clone_gets_one_whole_guest) {
  hang_clone();
  const auto made = order("rebooted");
  BOOST_TEST(node().wait_hanging("clone"));
  reboot_node();
  BOOST_TEST(end_of(made.job) == "success");
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_node_that_restarts_inside_a_destroy_is_clean_in_the_end) {
  const auto made = order("rebooted");
  BOOST_TEST(end_of(made.job) == "success");
  node().add_fault(
      {.pattern = "qm destroy*", .kind = "hang", .when = strike::before, .name = "destroy"});
  const auto gone = destroy(made.pod);
  BOOST_TEST(node().wait_hanging("destroy"));
  reboot_node();
  BOOST_TEST(end_of(gone.job) == "success");
  BOOST_TEST(!node().guest(made.vmid));
}

BOOST_AUTO_TEST_CASE(a_changed_host_key_stops_everything_and_both_fingerprints_are_told) {
  const auto known = fingerprint();
  node().restart_sshd(simulated_node::host_key::change);
  node().forget_commands();
  BOOST_TEST_REQUIRE(daemon().await_log("ssh-host-key-refused"));
  const auto made = order("not-sent");
  const auto log = daemon().log();
  BOOST_TEST(log.find(known) != std::string::npos);
  BOOST_TEST(log.find(fingerprint()) != std::string::npos);
  BOOST_TEST(comes_to_wait_on(made.job, "node:pve1"));
  BOOST_TEST(node().trace().empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
