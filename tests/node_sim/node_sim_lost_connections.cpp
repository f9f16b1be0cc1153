#include "node_sim/node_fixture.hpp"
#include "support/child_process.hpp"
#include "support/files.hpp"

using namespace cloudpods::node_sim;
using cloudpods::support::child_process;
using cloudpods::support::simulated_node;

namespace {

constexpr std::chrono::seconds limit{10};

struct lost_connection_fixture : node_fixture {
  child_process start_ssh(const std::string& command) const {
    auto words = node.ssh_words();
    words.push_back(command);
    return child_process::start({words, {}, node.home() / "client.log", {}, {}, {}});
  }

  bool wait_without(int vmid) const {
    return node.wait_until(
        [&] { return !node.guest(vmid) && node.volumes("clients-main").size() == 3; });
  }

  /// The last line of the log of the newest task.
  std::string last_word() const {
    const auto tasks = get("/nodes/pve1/tasks");
    const auto& upid = tasks.as_array().front().at("upid").as_string();
    const auto log = get("/nodes/pve1/tasks/" + std::string{upid} + "/log");
    return std::string{log.as_array().back().at("t").as_string()};
  }

  node_fault hanging_clone() const {
    return {.pattern = "qm clone*", .kind = "hang", .when = strike::half, .name = "copy"};
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lost_connections, lost_connection_fixture)

BOOST_AUTO_TEST_CASE(a_clone_whose_connection_is_killed_is_rolled_back) {
  node.add_fault(hanging_clone());
  auto client = start_ssh("qm clone 9100 9101 --full 1");
  BOOST_TEST(node.wait_hanging("copy"));
  BOOST_TEST(config(9101, "lock") == "clone");
  node.kill_connections();
  BOOST_TEST(client.wait_exit(limit).value().code == 255);
  // Silent so far, it goes on until its next output finds no reader.
  BOOST_TEST(node.guest(9101).has_value());
  node.release("copy");
  BOOST_TEST(wait_without(9101));
  BOOST_TEST(node.wait_until([&] { return last_word() == "TASK ERROR: broken pipe"; }));
}

BOOST_AUTO_TEST_CASE(a_detached_clone_outlives_its_connection) {
  node.add_fault(hanging_clone());
  start_detached("clone", "qm clone 9100 9101 --full 1");
  BOOST_TEST(node.wait_hanging("copy"));
  node.kill_connections();
  node.release("copy");
  BOOST_TEST(wait_rc("clone"));
  BOOST_TEST(good("cd; cat clone/rc") == "0\n");
  BOOST_TEST(config(9101, "lock").empty());
}

BOOST_AUTO_TEST_CASE(a_connection_drops_before_half_way_and_after) {
  node.add_fault({.pattern = "qm clone 9100 9101*", .kind = "drop"});
  BOOST_TEST(ssh("qm clone 9100 9101 --full 1").code == 255);
  BOOST_TEST(!node.guest(9101).has_value());
  node.add_fault({.pattern = "qm clone 9100 9102*", .kind = "drop", .when = strike::half});
  BOOST_TEST(ssh("qm clone 9100 9102 --full 1").code == 255);
  BOOST_TEST(wait_without(9102));
  node.add_fault({.pattern = "qm clone 9100 9103*", .kind = "drop", .when = strike::after});
  BOOST_TEST(ssh("qm clone 9100 9103 --full 1").code == 255);
  BOOST_TEST(node.guest(9103).has_value());
  BOOST_TEST(config(9103, "lock").empty());
}

BOOST_AUTO_TEST_CASE(a_clone_that_dies_leaves_everything_half_done) {
  node.add_fault({.pattern = "pct clone*", .kind = "die", .when = strike::half});
  BOOST_TEST(ssh("pct clone 9000 9101 --full 1").code != 0);
  BOOST_TEST(config(9000, "lock") == "disk");
  BOOST_TEST(config(9101, "lock") == "create");
  BOOST_TEST(get("/nodes/pve1/tasks --source active").as_array().empty());
  BOOST_TEST(get("/nodes/pve1/tasks").at(0).at("status").as_string() == "unexpected status");
  good("pct unlock 9000; pct unlock 9101; pct destroy 9101 --destroy-unreferenced-disks 1");
  BOOST_TEST(wait_without(9101));
}

BOOST_AUTO_TEST_CASE(a_running_clone_is_ended_by_its_task) {
  node.add_fault(hanging_clone());
  start_detached("clone", "qm clone 9100 9101 --full 1");
  BOOST_TEST(node.wait_hanging("copy"));
  const auto tasks = get("/nodes/pve1/tasks --source active --vmid 9100");
  const std::string upid{tasks.at(0).at("upid").as_string()};
  BOOST_TEST(get("/nodes/pve1/tasks/" + upid + "/status").at("status").as_string() == "running");
  good("sudo -n pvesh delete /nodes/pve1/tasks/" + upid);
  BOOST_TEST(wait_rc("clone"));
  BOOST_TEST(wait_without(9101));
  const auto status = get("/nodes/pve1/tasks/" + upid + "/status");
  BOOST_TEST(status.at("exitstatus").as_string() == "clone failed: interrupted by signal");
}

BOOST_AUTO_TEST_CASE(a_clean_up_that_takes_too_long_is_cut) {
  node.set("wait_percent", "1");
  node.set("cleanup_ms", "600000");
  node.add_fault(hanging_clone());
  start_detached("clone", "qm clone 9100 9101 --full 1");
  BOOST_TEST(node.wait_hanging("copy"));
  const auto tasks = get("/nodes/pve1/tasks --source active");
  good("pvesh delete /nodes/pve1/tasks/" + std::string{tasks.at(0).at("upid").as_string()});
  BOOST_TEST(wait_rc("clone"));
  BOOST_TEST(config(9101, "lock") == "clone");
}

BOOST_AUTO_TEST_CASE(a_script_is_ended_by_a_signal_to_its_group) {
  node.add_fault({.pattern = "pct clone*", .kind = "hang", .when = strike::half, .name = "copy"});
  good("cd; setsid sh -c 'echo $$ >group; exec cloudpod-create.sh --vmid 9101 --host a --auto-ip' "
       "</dev/null >log 2>&1 &");
  BOOST_TEST(node.wait_hanging("copy"));
  good("cd; kill -TERM -$(cat group)");
  BOOST_TEST(node.wait_until([&] { return !node.guest(9101) && config(9000, "lock").empty(); }));
  BOOST_TEST(node.ipam().size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_host_key_is_refused_by_the_client) {
  node.restart_sshd();
  good("true");
  node.restart_sshd(simulated_node::host_key::change);
  const auto refused = ssh("true");
  BOOST_TEST(refused.code == 255);
  BOOST_TEST(refused.err.find("Host key verification failed") != refused.err.npos);
  node.stop_sshd();
  BOOST_TEST(ssh("true").err.find("Connection refused") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
