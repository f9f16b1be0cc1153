#include "node_sim/node_fixture.hpp"

using namespace cloudpods::node_sim;

BOOST_FIXTURE_TEST_SUITE(faults_on_demand, node_fixture)

BOOST_AUTO_TEST_CASE(a_command_fails_once_before_it_did_anything) {
  node.add_fault({.pattern = "qm clone*", .kind = "fail", .text = "VM is locked (backup)"});
  const auto first = ssh("qm clone 9100 9101 --full 1");
  BOOST_TEST(first.code == 255);
  BOOST_TEST(first.err == "VM is locked (backup)\n");
  BOOST_TEST(!node.guest(9101).has_value());
  good("qm clone 9100 9101 --full 1");
}

BOOST_AUTO_TEST_CASE(a_command_fails_after_its_work_is_done) {
  node.add_fault({.pattern = "qm clone*",
                  .kind = "fail",
                  .when = strike::after,
                  .exit = 5,
                  .text = "got timeout"});
  BOOST_TEST(ssh("qm clone 9100 9101 --full 1").code == 5);
  BOOST_TEST(config(9101, "lock").empty());
  BOOST_TEST(node.guest(9101).has_value());
}

BOOST_AUTO_TEST_CASE(a_clone_that_fails_half_way_is_rolled_back) {
  node.add_fault({.pattern = "qm clone*",
                  .kind = "fail",
                  .when = strike::half,
                  .text = "qemu-img: No space left on device"});
  const auto failed = ssh("qm clone 9100 9101 --full 1");
  BOOST_TEST(failed.code == 255);
  BOOST_TEST(failed.err == "clone failed: qemu-img: No space left on device\n");
  BOOST_TEST(!node.guest(9101).has_value());
  BOOST_TEST(node.volumes("clients-main").size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_command_fails_and_says_success) {
  node.add_fault({.pattern = "qm start*", .kind = "fail", .exit = 0, .text = "start failed"});
  const auto result = ssh("qm clone 9100 9101 --full 1 >/dev/null; qm start 9101");
  BOOST_TEST(result.code == 0);
  BOOST_TEST(result.err == "start failed\n");
  BOOST_TEST(!node.guest(9101)->running);
}

BOOST_AUTO_TEST_CASE(a_fault_strikes_the_nth_time_and_as_often_as_told) {
  node.add_fault({.pattern = "qm status*", .kind = "fail", .times = 2, .skip = 1, .text = "no"});
  BOOST_TEST(good("for i in 1 2 3 4; do qm status 9100 2>&1; done") ==
             "status: stopped\nno\nno\nstatus: stopped\n");
}

BOOST_AUTO_TEST_CASE(noise_stands_around_the_data) {
  for (const auto* kind : {"locale", "crlf", "banner"})
    node.add_fault({.pattern = "qm status*", .kind = kind, .times = -1});
  const auto result = ssh("qm status 9100");
  BOOST_TEST(result.code == 0);
  BOOST_TEST(result.err.starts_with("perl: warning: Setting locale failed.\n"));
  BOOST_TEST(result.out.ends_with("192.0.2.1/24\r\nstatus: stopped\r\n"));
  node.clear_faults();
  BOOST_TEST(good("qm status 9100") == "status: stopped\n");
}

BOOST_AUTO_TEST_CASE(a_command_takes_as_long_as_it_is_told) {
  node.set_latency("qm status*", std::chrono::milliseconds{50});
  good("qm status 9100");
  const auto last = node.trace().back();
  BOOST_TEST(last.line() == "qm status 9100");
  BOOST_TEST(last.end_ns - last.start_ns >= 50'000'000);
}

BOOST_AUTO_TEST_CASE(two_changes_of_one_guest_at_once_are_noted) {
  good("qm clone 9100 9101 --full 1");
  node.set("wait_percent", "1");
  node.add_fault(
      {.pattern = "qm shutdown 9101*", .kind = "hang", .when = strike::half, .name = "busy"});
  node.set_guest(9101, "running", "1");
  start_detached("first", "qm shutdown 9101");
  BOOST_TEST(node.wait_hanging("busy"));
  good("qm set 9101 --onboot 0");
  BOOST_REQUIRE(node.overlaps().size() == 1u);
  BOOST_TEST(node.overlaps()[0].vmid == 9101);
  BOOST_TEST(node.overlaps()[0].other == (std::vector<std::string>{"qm", "shutdown", "9101"}));
  node.release("busy");
  BOOST_TEST(wait_rc("first"));
}

BOOST_AUTO_TEST_CASE(a_busy_guest_is_not_changed_by_a_second_command) {
  good("qm clone 9100 9101 --full 1; qm start 9101");
  node.set("wait_percent", "1");
  node.set_guest(9101, "ignores_shutdown", "1");
  node.set_latency("qm shutdown*", std::chrono::milliseconds{0});
  start_detached("first", "qm shutdown 9101 --timeout 100");
  BOOST_TEST(node.wait_until(
      [&] { return !get("/nodes/pve1/tasks --source active").as_array().empty(); }));
  const auto refused = ssh("qm set 9101 --memory 2048");
  BOOST_TEST(refused.err.find("can't lock file '/var/lock/qemu-server/lock-9101.conf' - got "
                              "timeout\n") != refused.err.npos);
  BOOST_TEST(wait_rc("first"));
  BOOST_TEST(good("cd; cat first/log").ends_with("VM quit/powerdown failed - got timeout\n"));
}

BOOST_AUTO_TEST_SUITE_END()
