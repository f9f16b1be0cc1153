#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "ssh/node_operation_fixture.hpp"

namespace cloudpods::ssh::test {

namespace {

constexpr auto vm = domain::guest_kind::vm;
constexpr auto ct = domain::guest_kind::ct;

/// Machine 101 and container 102, both ours and running.
struct power_fixture : node_fixture {
  power_fixture() {
    sim.set("wait_percent", "1");
    succeed(clone(101));
    succeed(domain::start_guest{vm, 101});
    succeed(domain::create_container{102,
                                     {(sim.root() / "bin/cloudpod-create.sh").string(), "--vmid",
                                      "102", "--host", "web", "--ip", "10.1.10.77"}});
    succeed(domain::mark_container{102, mark});
  }

  [[nodiscard]] bool runs(int guest) const { return sim.guest(guest)->running; }

  domain::failed refused(const domain::operation& what) {
    const auto outcome = perform(what);
    BOOST_TEST_REQUIRE(std::holds_alternative<domain::failed>(outcome));
    return std::get<domain::failed>(outcome);
  }

  [[nodiscard]] std::string script(const char* name) const {
    return (sim.root() / "bin" / name).string();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(node_power, power_fixture)

BOOST_AUTO_TEST_CASE(a_guest_is_stopped_once_and_again) {
  for (const auto& [kind, guest] : {std::pair{vm, 101}, std::pair{ct, 102}})
    for (const bool ask : {true, false}) {
      succeed(domain::stop_guest{kind, static_cast<domain::vmid>(guest), ask});
      BOOST_TEST(!runs(guest));
      succeed(domain::stop_guest{kind, static_cast<domain::vmid>(guest), ask});
      succeed(domain::start_guest{kind, static_cast<domain::vmid>(guest)});
    }
}

BOOST_AUTO_TEST_CASE(a_guest_that_is_not_there_is_stopped) {
  succeed(domain::stop_guest{vm, 190});
  succeed(domain::stop_guest{ct, 191, false});
}

BOOST_AUTO_TEST_CASE(a_guest_that_does_not_obey_is_stopped_only_by_force) {
  for (const auto& [kind, guest] : {std::pair{vm, 101}, std::pair{ct, 102}}) {
    sim.set_guest(guest, "ignores_shutdown", "1");
    const auto no = refused(domain::stop_guest{kind, static_cast<domain::vmid>(guest), true, 2});
    BOOST_TEST((no.why == failure_class::permanent));
    BOOST_TEST(no.message == "the guest did not shut down within 2 s; ask with force");
    BOOST_TEST(runs(guest));
    succeed(domain::stop_guest{kind, static_cast<domain::vmid>(guest), true, 2, true});
    BOOST_TEST(!runs(guest));
  }
}

BOOST_AUTO_TEST_CASE(a_stop_that_says_it_worked_and_did_not_is_unknown) {
  sim.add_fault({.pattern = "qm stop 101", .kind = "fail", .exit = 0});
  BOOST_TEST(std::holds_alternative<domain::unknown>(perform(domain::stop_guest{vm, 101, false})));
  BOOST_TEST(runs(101));
}

BOOST_AUTO_TEST_CASE(a_locked_guest_is_busy) {
  lock_guest(101, "backup");
  BOOST_TEST((fail(domain::stop_guest{vm, 101}) == failure_class::busy));
  BOOST_TEST(runs(101));
}

BOOST_AUTO_TEST_CASE(a_shutdown_that_waits_can_be_ended) {
  sim.set("wait_percent", "100");
  sim.set_guest(101, "ignores_shutdown", "1");
  const auto waits = [&] { return !std::filesystem::is_empty(sim.root() / "tasks/active"); };
  const auto outcome = end_when(domain::stop_guest{vm, 101, true, 60}, waits);
  BOOST_TEST(std::holds_alternative<domain::unknown>(outcome));
  BOOST_TEST(runs(101));
}

BOOST_AUTO_TEST_CASE(a_running_machines_new_size_waits_for_its_restart) {
  succeed(domain::set_vm_size{101, 4, 4096});
  const domain::read_guest read{.kind = vm, .guest = 101, .pending = true};
  BOOST_TEST(ask<domain::guest_facts>(read).pending);
  succeed(domain::stop_guest{vm, 101});
  succeed(domain::start_guest{vm, 101});
  const auto facts = ask<domain::guest_facts>(read);
  BOOST_TEST(!facts.pending);
  BOOST_TEST(facts.cores == 4);
  BOOST_TEST(facts.memory_mb == 4096);
}

BOOST_AUTO_TEST_CASE(a_containers_size_and_swap_are_set_at_once) {
  const std::vector<std::string> scale{"pct", "set", "102", "--cores", "3", "--memory", "1024"};
  for (int round = 0; round < 2; ++round)
    succeed(domain::set_container_size{102, scale, 256});
  const auto facts =
      ask<domain::guest_facts>(domain::read_guest{.kind = ct, .guest = 102, .pending = true});
  BOOST_TEST(facts.cores == 3);
  BOOST_TEST(facts.memory_mb == 1024);
  BOOST_TEST(facts.swap_mb == 256);
  BOOST_TEST(!facts.pending);
  succeed(domain::set_container_size{102, scale, {}});
}

BOOST_AUTO_TEST_CASE(a_machines_health_is_its_status_and_its_agents) {
  const domain::read_health read{vm, 101, {}};
  auto health = ask<domain::guest_health>(read);
  BOOST_TEST(health.status == "running");
  BOOST_TEST(health.agent.value());
  BOOST_TEST(health.uptime_s.has_value());
  BOOST_TEST(!health.memory.has_value()); // the host's view without a balloon
  sim.set_guest(101, "agent_dead", "1");
  BOOST_TEST(!ask<domain::guest_health>(read).agent.value());
  succeed(domain::stop_guest{vm, 101});
  health = ask<domain::guest_health>(read);
  BOOST_TEST(health.status == "stopped");
  BOOST_TEST(!health.agent.has_value());
}

BOOST_AUTO_TEST_CASE(a_containers_health_is_its_scripts_word_and_its_status) {
  for (const auto& argv : {std::vector<std::string>{script("cloudpod-health.sh"), "--json", "102"},
                           std::vector<std::string>{script("cloudpod-health.sh"), "102"}}) {
    const auto health = ask<domain::guest_health>(domain::read_health{ct, 102, argv});
    BOOST_TEST(health.status == "running");
    BOOST_TEST(health.memory.has_value() == (argv.size() == 3));
    BOOST_TEST(health.reachable.has_value() == (argv.size() == 2));
    BOOST_TEST(health.issues.empty());
  }
  const auto without = ask<domain::guest_health>(
      domain::read_health{ct, 102, {script("cloudpod-health.sh"), "--json", "199"}});
  BOOST_TEST(without.status == "running");
  BOOST_TEST_REQUIRE(without.issues.size() == 1u);
  BOOST_TEST(without.issues[0].contains("CT 199 does not exist"));
}

BOOST_AUTO_TEST_CASE(noise_changes_no_health_and_no_power) {
  for (const auto* kind : {"locale", "banner", "crlf"}) {
    sim.add_fault({.pattern = "*", .kind = kind, .times = -1});
    succeed(domain::stop_guest{vm, 101});
    succeed(domain::stop_guest{ct, 102});
    succeed(domain::start_guest{vm, 101});
    succeed(domain::start_guest{ct, 102});
    BOOST_TEST(ask<domain::guest_health>(domain::read_health{vm, 101, {}}).agent.value());
    const domain::read_health read{ct, 102, {script("cloudpod-health.sh"), "--json", "102"}};
    BOOST_TEST(ask<domain::guest_health>(read).memory.has_value());
    sim.clear_faults();
  }
}

BOOST_AUTO_TEST_CASE(a_stop_outlives_its_connection) {
  sim.set_latency("qm shutdown*", 800ms);
  const auto begun = [&] { return !std::filesystem::is_empty(sim.root() / "tasks/active"); };
  const auto outcome = drop_when(domain::stop_guest{vm, 101}, begun);
  BOOST_TEST(std::holds_alternative<domain::succeeded>(outcome));
  BOOST_TEST(!runs(101));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
