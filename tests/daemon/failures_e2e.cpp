#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/pod_story.hpp"

// Contract 10, 11: what a node's refusals mean, on the real thing.

namespace cloudpods::tests {

namespace {

using support::strike;

void few_attempts(installation& here) { here.set("jobs", "max_attempts = 3"); }

struct failing_site : chaos_site {
  failing_site() : chaos_site(few_attempts) { start(); }

  void fail(const std::string& pattern, const std::string& text, int times) {
    node().add_fault({.pattern = pattern, .kind = "fail", .times = times, .exit = 1, .text = text});
  }

  std::string of_create(const std::string& column, const accepted_work& made) {
    return store().value("SELECT " + column +
                         " FROM cloud_pod_queue WHERE action = 'create' AND "
                         "pod_id = '" +
                         made.pod + "'");
  }

  std::string reserved(const std::string& tenant = "acme") {
    return store().value("SELECT reserved_pods FROM cloud_pod_quotas WHERE tenant_id = '" + tenant +
                         "'");
  }

  /// The cleanup has ended, in the log and, a moment later, in what the daemon answers from.
  void await_clean(const accepted_work& made) {
    BOOST_TEST(
        store().await("SELECT cleanup_pending FROM cloud_pods WHERE id = '" + made.pod + "'", "f"));
    BOOST_TEST(node().wait_until(
        [&] { return !pod(made.pod).at("error").at("cleanupPending").as_bool(); }));
  }

  /// The job failed, and neither the node nor the quota has anything of its pod.
  void check_undone(const accepted_work& made, const std::string& said) {
    BOOST_TEST(end_of(made.job) == "failed");
    const auto job = client().get("/api/cloud-pods/jobs/" + made.job).json();
    BOOST_TEST(text_of(job.at("error"), "code") == "CREATE_FAILED");
    BOOST_TEST(text_of(job.at("error"), "message").find(said) != std::string::npos);
    const auto left = pod(made.pod);
    BOOST_TEST(text_of(left, "status") == "error");
    BOOST_TEST(text_of(left.at("error"), "code") == "CREATE_FAILED");
    BOOST_TEST(left.at("ipAddress").is_null());
    BOOST_TEST(!node().guest(made.vmid));
    BOOST_TEST(broken_invariants(*this) == "");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(failures, failing_site)

BOOST_AUTO_TEST_CASE(a_locked_guest_uses_up_no_attempts) {
  fail("qm set*", "VM is locked (clone)", 6);
  const auto made = order("busy");
  BOOST_TEST(end_of(made.job) == "success");
  BOOST_TEST(of_create("retry_count", made) == "6");
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_passing_trouble_is_tried_again) {
  fail("qm start*", "Connection timed out", 2);
  const auto made = order("shaky");
  BOOST_TEST(end_of(made.job) == "success");
  BOOST_TEST(of_create("retry_count", made) == "2");
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_passing_trouble_that_stays_ends_the_create) {
  fail("qm start*", "Connection timed out", -1);
  check_undone(order("stuck"), "Connection timed out");
}

BOOST_AUTO_TEST_CASE(a_full_storage_ends_the_create_and_leaves_nothing) {
  fail("qm resize*", "out of space", 1);
  check_undone(order("too-big"), "out of space");
}

BOOST_AUTO_TEST_CASE(a_clone_that_fails_half_way_leaves_nothing) {
  node().add_fault({.pattern = "qm clone*",
                    .kind = "fail",
                    .when = strike::half,
                    .exit = 1,
                    .text = "No space left on device"});
  check_undone(order("too-big"), "No space left on device");
}

BOOST_AUTO_TEST_CASE(a_create_script_that_fails_leaves_nothing) {
  node().add_fault({.pattern = "*cloudpod-create.sh*",
                    .kind = "fail",
                    .when = strike::half,
                    .exit = 1,
                    .text = "out of space"});
  check_undone(order("box", ct_blueprint), "out of space");
}

BOOST_AUTO_TEST_CASE(remains_that_cannot_be_removed_stay_counted_until_they_are) {
  fail("qm resize*", "out of space", 1);
  fail("qm destroy*", "can't remove VM - protection mode enabled", -1);
  const auto made = order("sticky");
  BOOST_TEST(end_of(made.job) == "failed");
  const auto left = pod(made.pod);
  BOOST_TEST(text_of(left, "status") == "error");
  BOOST_TEST(left.at("error").at("cleanupPending").as_bool());
  BOOST_TEST(text_of(left, "ipAddress") == "10.1.10.100");
  BOOST_TEST(reserved() == "1");
  BOOST_TEST(node().guest(made.vmid).has_value());
  node().clear_faults();
  await_clean(made);
  check_undone(made, "out of space");
  BOOST_TEST(!pod(made.pod).at("error").at("cleanupPending").as_bool());
}

BOOST_AUTO_TEST_CASE(a_cleanup_goes_on_after_a_kill) {
  fail("qm resize*", "out of space", 1);
  fail("qm destroy*", "can't remove VM - protection mode enabled", -1);
  const auto made = order("sticky");
  BOOST_TEST(end_of(made.job) == "failed");
  restart();
  node().clear_faults();
  await_clean(made);
  check_undone(made, "out of space");
}

BOOST_AUTO_TEST_CASE(a_failed_pod_is_destroyed_without_a_command) {
  fail("qm resize*", "out of space", 1);
  const auto made = order("too-big");
  BOOST_TEST(end_of(made.job) == "failed");
  node().stop_sshd();
  BOOST_TEST(end_of(destroy(made.pod).job) == "success");
  BOOST_TEST(status_of(made.pod) == "deleted");
}

BOOST_AUTO_TEST_CASE(a_destroy_that_fails_for_good_may_be_asked_again) {
  const auto made = order("kept");
  BOOST_TEST(end_of(made.job) == "success");
  fail("qm destroy*", "can't remove VM - protection mode enabled", -1);
  BOOST_TEST(end_of(destroy(made.pod).job) == "failed");
  BOOST_TEST(text_of(pod(made.pod).at("error"), "code") == "DESTROY_FAILED");
  node().clear_faults();
  const auto again = work_of(client().remove("/api/cloud-pods/" + made.pod));
  BOOST_TEST(end_of(again.job) == "success");
  BOOST_TEST(broken_invariants(*this) == "");
}

/// At every step of the create; the steps are those of one that went undisturbed.
void destroy_at_every_command(failing_site& site, const std::string& blueprint) {
  const auto first = site.order("first", blueprint);
  BOOST_TEST_REQUIRE(site.end_of(first.job) == "success");
  int number = 0;
  for (const auto& command : changing_commands(site.node()))
    for (const auto when : {strike::before, strike::after})
      BOOST_TEST_CONTEXT((when == strike::before ? "before " : "after ") << command) {
        const auto name = "cut-" + std::to_string(++number);
        site.node().add_fault(
            {.pattern = "*" + command + "*", .kind = "hang", .when = when, .name = name});
        const auto made = site.order(name, blueprint);
        BOOST_TEST(site.node().wait_hanging(name));
        const auto gone = site.destroy(made.pod);
        site.node().release(name);
        BOOST_TEST(site.end_of(gone.job) == "success");
        BOOST_TEST(site.end_of(made.job) == "cancelled");
        BOOST_TEST(site.status_of(made.pod) == "deleted");
      }
  BOOST_TEST(broken_invariants(site) == "");
}

BOOST_AUTO_TEST_CASE(a_vm_may_be_destroyed_at_every_step_of_its_create) {
  destroy_at_every_command(*this, vm_blueprint);
}

BOOST_AUTO_TEST_CASE(a_container_may_be_destroyed_at_every_step_of_its_create) {
  destroy_at_every_command(*this, ct_blueprint);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
