#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/pod_story.hpp"

// Contract 11: another's guest is never touched; what takes too long is ended on the node.

namespace cloudpods::tests {

namespace {

using support::strike;

struct owned_site : chaos_site {
  owned_site() {
    start();
    BOOST_TEST_REQUIRE(daemon().await_log("\"node-up"));
  }

  accepted_work make_active(const std::string& name) {
    const auto made = order(name);
    BOOST_TEST_REQUIRE(end_of(made.job) == "success");
    return made;
  }

  void make_stranger(int vmid) {
    const auto made =
        node().run({"qm", "clone", "9100", std::to_string(vmid), "--name", "stranger"});
    BOOST_TEST_REQUIRE(made.code == 0, made.err);
  }

  void set_guest(int vmid, const std::vector<std::string>& words) {
    std::vector<std::string> argv{"qm", "set", std::to_string(vmid)};
    argv.insert(argv.end(), words.begin(), words.end());
    const auto set = node().run(argv);
    BOOST_TEST_REQUIRE(set.code == 0, set.err);
  }

  bool knows(const std::string& event, const std::string& pod) {
    return store().value("SELECT count(*) > 0 FROM cloud_pod_events WHERE name = '" + event +
                         "' AND pod_id = '" + pod + "'") == "t";
  }

  /// The pod got another vmid, and the guest on its first one is as it was.
  void check_renumbered(const accepted_work& made) {
    BOOST_TEST(end_of(made.job) == "success");
    BOOST_TEST(knows("pod.renumbered", made.pod));
    const auto now = static_cast<int>(pod(made.pod).at("vmid").as_int64());
    BOOST_TEST(now != made.vmid);
    const auto guest = node().guest(now);
    BOOST_TEST_REQUIRE(guest.has_value());
    BOOST_TEST(guest->running);
    const auto stranger = node().guest(made.vmid);
    BOOST_TEST_REQUIRE(stranger.has_value());
    BOOST_TEST(stranger->config.at("name") == "stranger");
    BOOST_TEST(!stranger->running);
  }
};

struct hasty_site : chaos_site {
  hasty_site()
      : chaos_site([](installation& here) {
          here.set("jobs", "timeout_create_s = 1\ntimeout_destroy_s = 1");
        }) {
    start();
  }

  /// A hanging command is ended, and what was asked for happens all the same.
  void check_ended_and_repeated(const std::string& pattern, strike when,
                                const std::string& blueprint = vm_blueprint) {
    node().add_fault({.pattern = pattern, .kind = "hang", .when = when, .name = "stuck"});
    BOOST_TEST(live(*this, "slow", blueprint).wrong == "");
    BOOST_TEST(node().wait_hanging("stuck"));
    BOOST_TEST(broken_invariants(*this) == "");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(strangers, owned_site)

BOOST_AUTO_TEST_CASE(a_vmid_taken_while_the_node_was_away_is_left_alone) {
  node().stop_sshd();
  BOOST_TEST_REQUIRE(daemon().await_log("\"node-down"));
  const auto made = order("moved");
  make_stranger(made.vmid);
  node().start_sshd();
  check_renumbered(made);
}

BOOST_AUTO_TEST_CASE(a_vmid_taken_just_before_the_clone_is_left_alone) {
  node().add_fault(
      {.pattern = "qm clone*", .kind = "hang", .when = strike::before, .name = "clone"});
  const auto made = order("moved");
  BOOST_TEST(node().wait_hanging("clone"));
  make_stranger(made.vmid);
  node().release("clone");
  check_renumbered(made);
}

BOOST_AUTO_TEST_CASE(a_destroy_leaves_alone_what_carries_anothers_mark) {
  const auto made = make_active("replaced");
  set_guest(made.vmid, {"--description", "cloudpods/other/pod-other", "--tags", "cloudpods;other"});
  BOOST_TEST(end_of(destroy(made.pod).job) == "success");
  BOOST_TEST(status_of(made.pod) == "deleted");
  BOOST_TEST(knows("pod.ownership_conflict", made.pod));
  BOOST_TEST_REQUIRE(node().guest(made.vmid).has_value());
  BOOST_TEST(node().guest(made.vmid)->running);
  BOOST_TEST(here().run("verify-log").code == 0);
}

BOOST_AUTO_TEST_CASE(a_destroy_leaves_alone_what_carries_no_mark) {
  const auto made = make_active("stripped");
  set_guest(made.vmid, {"--delete", "description,tags"});
  BOOST_TEST(end_of(destroy(made.pod).job) == "failed");
  const auto left = pod(made.pod);
  BOOST_TEST(text_of(left, "status") == "error");
  BOOST_TEST(text_of(left.at("error"), "code") == "OWNERSHIP_CONFLICT");
  BOOST_TEST(store().value("SELECT used_pods FROM cloud_pod_quotas") == "1");
  BOOST_TEST(text_of(left, "ipAddress") == "10.1.10.100");
  BOOST_TEST_REQUIRE(node().guest(made.vmid).has_value());
  BOOST_TEST(node().guest(made.vmid)->running);
}

BOOST_AUTO_TEST_CASE(a_guest_that_is_gone_already_is_destroyed) {
  const auto made = make_active("vanished");
  BOOST_TEST(node().run({"qm", "stop", std::to_string(made.vmid)}).code == 0);
  BOOST_TEST(node().run({"qm", "destroy", std::to_string(made.vmid)}).code == 0);
  BOOST_TEST(end_of(destroy(made.pod).job) == "success");
  BOOST_TEST(broken_invariants(*this) == "");
}

/// Someone on the node ends the task: its outcome is unknown, and looked up.
BOOST_AUTO_TEST_CASE(a_clone_that_someone_ends_on_the_node_is_made_again) {
  node().add_fault({.pattern = "qm clone*", .kind = "hang", .when = strike::half, .name = "clone"});
  const auto made = order("interrupted");
  BOOST_TEST(node().wait_hanging("clone"));
  const auto tasks = boost::json::parse(node()
                                            .run({"pvesh", "get", "/nodes/pve1/tasks", "--source",
                                                  "active", "--output-format", "json"})
                                            .out);
  node().run({"pvesh", "delete", "/nodes/pve1/tasks/" + text_of(tasks.at(0), "upid")});
  BOOST_TEST(end_of(made.job) == "success");
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(late_commands, hasty_site)

BOOST_AUTO_TEST_CASE(a_clone_past_its_time_is_ended_and_made_again) {
  check_ended_and_repeated("qm clone*", strike::half);
}

BOOST_AUTO_TEST_CASE(a_configuration_past_its_time_is_ended_and_made_again) {
  check_ended_and_repeated("qm set*", strike::before);
}

BOOST_AUTO_TEST_CASE(a_start_past_its_time_is_ended_and_made_again) {
  check_ended_and_repeated("qm start*", strike::before);
}

BOOST_AUTO_TEST_CASE(a_start_that_was_done_past_its_time_is_taken_as_done) {
  check_ended_and_repeated("qm start*", strike::after);
}

BOOST_AUTO_TEST_CASE(a_create_script_past_its_time_is_ended_and_made_again) {
  check_ended_and_repeated("*cloudpod-create.sh*", strike::half, ct_blueprint);
}

BOOST_AUTO_TEST_CASE(a_destroy_past_its_time_is_ended_and_made_again) {
  check_ended_and_repeated("qm destroy*", strike::before);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
