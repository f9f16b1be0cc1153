#include <algorithm>
#include <csignal>

#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/pod_story.hpp"

// Architecture 3: a second daemon takes over from one that died or lost its sessions, and one that
// wakes after that writes nothing.

namespace cloudpods::tests {

namespace {

using support::strike;

constexpr std::chrono::seconds takeover_limit{5};
constexpr const char* head_of_log = "SELECT epoch || '/' || seq FROM cloud_pod_log_head";
constexpr const char* writers = "SELECT pid FROM pg_stat_activity WHERE datname = "
                                "current_database() AND application_name LIKE 'cloudpodsd%'";

struct two_daemons : chaos_site {
  std::vector<std::string> sessions_of_first;
  std::unique_ptr<running_daemon> second;

  two_daemons() {
    start();
    sessions_of_first = store().column(writers);
    second = start_standby();
  }

  void hang_clone() {
    node().add_fault(
        {.pattern = "qm clone*", .kind = "hang", .when = strike::half, .name = "clone"});
  }

  void pause_first() {
    daemon().process().signal(SIGSTOP);
    for (const auto& pid : sessions_of_first)
      store().column("SELECT pg_terminate_backend(" + pid + ", 5000)");
  }

  bool second_takes_over() {
    const bool is_serving = second->await_log("\"serving", takeover_limit);
    call(*second);
    return is_serving;
  }

  void wake_first() { daemon().process().signal(SIGCONT); }

  /// The first ends by itself and says why.
  void check_first_gives_up() {
    const auto end = daemon().process().wait_exit(std::chrono::seconds{15});
    BOOST_TEST_REQUIRE(end.has_value(), "the old leader lives on");
    BOOST_TEST(end->code == 1);
    BOOST_TEST(daemon().log().find("lead-lost") != std::string::npos);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(failover, two_daemons)

BOOST_AUTO_TEST_CASE(a_standby_says_so_and_takes_no_orders) {
  const api_client other{second->port(), here().token("acme")};
  const auto ready = other.get("/readyz");
  BOOST_TEST(ready.status == 503);
  BOOST_TEST(text_of(ready.json(), "code") == "STANDBY");
  const auto refused = other.post("/api/cloud-pods/order", R"({"planCode":"starter"})");
  BOOST_TEST(refused.status == 503);
  BOOST_TEST(text_of(refused.json(), "code") == "STANDBY");
  BOOST_TEST(client().get("/readyz").status == 200);
}

BOOST_AUTO_TEST_CASE(a_standby_takes_over_from_a_killed_leader_within_five_seconds) {
  hang_clone();
  const auto made = order("mid-clone");
  BOOST_TEST(node().wait_hanging("clone"));
  kill();
  BOOST_TEST(second_takes_over());
  node().release("clone");
  BOOST_TEST(end_of(made.job) == "success");
  BOOST_TEST(broken_invariants(*this) == "");
  BOOST_TEST(repeated_commands(node()) == "");
}

BOOST_AUTO_TEST_CASE(a_leader_paused_in_a_clone_wakes_to_write_nothing) {
  hang_clone();
  const auto made = order("mid-clone");
  BOOST_TEST(node().wait_hanging("clone"));
  pause_first();
  BOOST_TEST(second_takes_over());
  node().release("clone");
  BOOST_TEST(end_of(made.job) == "success");
  const auto head = store().value(head_of_log);
  const auto commands = changing_commands(node());
  wake_first();
  check_first_gives_up();
  BOOST_TEST(store().value(head_of_log) == head);
  BOOST_TEST(changing_commands(node()) == commands, boost::test_tools::per_element());
  BOOST_TEST(std::ranges::count(commands, "qm clone") == 1);
  BOOST_TEST(broken_invariants(*this) == "");
  BOOST_TEST(repeated_commands(node()) == "");
}

BOOST_AUTO_TEST_CASE(a_leader_woken_inside_its_successors_clone_writes_nothing) {
  hang_clone();
  const auto made = order("mid-clone");
  BOOST_TEST(node().wait_hanging("clone"));
  pause_first();
  BOOST_TEST(second_takes_over());
  wake_first();
  check_first_gives_up();
  node().release("clone");
  BOOST_TEST(end_of(made.job) == "success");
  BOOST_TEST(broken_invariants(*this) == "");
  BOOST_TEST(repeated_commands(node()) == "");
}

BOOST_AUTO_TEST_CASE(a_leader_paused_with_nothing_to_do_ends_when_it_wakes) {
  pause_first();
  BOOST_TEST(second_takes_over());
  const auto story = live(*this, "by-the-second");
  BOOST_TEST(story.wrong == "");
  const auto head = store().value(head_of_log);
  wake_first();
  check_first_gives_up();
  BOOST_TEST(store().value(head_of_log) == head);
  BOOST_TEST(broken_invariants(*this) == "");
  BOOST_TEST(repeated_commands(node()) == "");
}

BOOST_AUTO_TEST_CASE(an_order_to_a_woken_leader_is_never_accepted) {
  pause_first();
  BOOST_TEST(second_takes_over());
  const auto head = store().value(head_of_log);
  const api_client old{daemon().port(), here().token("acme")};
  wake_first();
  try {
    const auto answer = old.post("/api/cloud-pods/order", R"({"planCode":"starter"})");
    BOOST_TEST(answer.status == 503);
  } catch (const boost::system::system_error&) {
    // It was gone before it answered.
  }
  check_first_gives_up();
  BOOST_TEST(store().value(head_of_log) == head);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
