#pragma once

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <memory>
#include <optional>

#include "ssh/answer.hpp"
#include "ssh/command_line.hpp"
#include "ssh/node_connection.hpp"
#include "ssh/operation_argv.hpp"
#include "ssh/outcome_reader.hpp"
#include "support/simulated_node.hpp"

namespace cloudpods::ssh::test {

using namespace std::chrono_literals;
using domain::failure_class;

/// The connection's way to a simulated node behind a real sshd.
struct node_fixture {
  node_fixture() {
    sim.set_latency("*", 0ms);
    settings.host = sim.host();
    settings.port = sim.port();
    settings.user = sim.user();
    settings.private_key_file = sim.key_file();
    settings.known_hosts_file = sim.known_hosts_file();
    settings.pace = {20ms, 100ms, 200ms, 10s};
    connection = std::make_unique<node_connection>(io, settings, observer, [] { return 0.5; });
  }

  template <class Condition>
  void run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io.restart();
      io.run_one_for(20ms);
    }
    BOOST_TEST_REQUIRE(condition());
  }

  exec_result run(const shell_line& line, std::size_t keep = kept_of_report) {
    std::optional<exec_result> result;
    connection->run({line.text, line.input, 20s, keep}, {},
                    [&](exec_result done) { result = std::move(done); });
    run_until([&] { return result.has_value(); });
    return *result;
  }

  attempt_reference next_attempt() { return {{"item", "step", ++attempts}, 1}; }

  domain::outcome perform(const domain::operation& what) {
    return outcome_of(what, run(start_line(next_attempt(), what, node).value()));
  }

  domain::succeeded succeed(const domain::operation& what) {
    const auto outcome = perform(what);
    if (const auto* no = std::get_if<domain::failed>(&outcome))
      BOOST_FAIL(no->message + "\n" + no->output);
    if (const auto* no = std::get_if<domain::unknown>(&outcome))
      BOOST_FAIL(no->message);
    return std::get<domain::succeeded>(outcome);
  }

  failure_class fail(const domain::operation& what) {
    const auto outcome = perform(what);
    BOOST_TEST_REQUIRE(std::holds_alternative<domain::failed>(outcome));
    BOOST_TEST_MESSAGE(std::get<domain::failed>(outcome).message);
    return std::get<domain::failed>(outcome).why;
  }

  /// Starts an operation, waits until `begun`, and ends it on the node as a cancel or its time
  /// does.
  template <class Condition>
  domain::outcome end_when(const domain::operation& what, Condition begun) {
    const auto attempt = next_attempt();
    const auto line = start_line(attempt, what, node).value();
    std::optional<exec_result> result;
    connection->run({line.text, line.input, 20s, kept_of_report}, {},
                    [&](exec_result done) { result = std::move(done); });
    run_until([&] { return result || begun(); });
    if (result)
      BOOST_FAIL("it ended before it began: " + std::string{result->out.text()});
    const auto report = report_of(run(end_line(attempt, is_proxmox_task(what), 5, node).value()));
    BOOST_TEST_REQUIRE(report.has_value());
    // A command that was ended before its task was listed may leave no exit code.
    BOOST_TEST((report->state == report_state::ended || report->state == report_state::vanished));
    run_until([&] { return result.has_value(); });
    return outcome_of(what, *report);
  }

  /// Starts an operation, drops the connection once it has `begun`, and attaches to it.
  template <class Condition>
  domain::outcome drop_when(const domain::operation& what, Condition begun) {
    const auto attempt = next_attempt();
    const auto line = start_line(attempt, what, node).value();
    std::optional<exec_result> result;
    connection->run({line.text, line.input, 20s, kept_of_report}, {},
                    [&](exec_result done) { result = std::move(done); });
    run_until([&] { return result || begun(); });
    if (result)
      BOOST_FAIL("it ended before it began: " + std::string{result->out.text()});
    sim.kill_connections();
    run_until([&] { return result.has_value(); });
    BOOST_TEST(std::holds_alternative<domain::unknown>(outcome_of(what, *result)));
    return outcome_of(what, run(attach_line(attempt, node).value()));
  }

  template <class Answer>
  Answer ask(const domain::query& what) {
    const auto answer = answer_of(what, run(query_line(what, node).value(), kept_of_answer));
    if (!answer)
      BOOST_FAIL(answer.error().message);
    return std::get<Answer>(*answer);
  }

  [[nodiscard]] domain::clone_vm clone(domain::vmid guest) const {
    return {guest, 9100, "web", mark, "ClientPods", domain::storage_name{"clients-main"}};
  }

  [[nodiscard]] domain::destroy_guest destroy(domain::vmid guest, bool unmarked = false) const {
    return {domain::guest_kind::vm, guest, mark, unmarked, {}};
  }

  void set_config(domain::vmid guest, const std::string& name, const std::string& value) const {
    const auto end = sim.run({"qm", "set", std::to_string(guest), "--" + name, value});
    BOOST_TEST_REQUIRE(end.code == 0, end.err);
  }

  /// As a command leaves it that died.
  void lock_guest(domain::vmid guest, const std::string& lock) const {
    const auto file = sim.root() / "guests" / (std::to_string(guest) + ".conf");
    std::ifstream before{file};
    const std::string config{std::istreambuf_iterator<char>{before}, {}};
    std::ofstream{file} << "lock: " << lock << "\n" << config;
    BOOST_TEST_REQUIRE(sim.guest(guest)->config.at("lock") == lock);
  }

  support::simulated_node sim;
  boost::asio::io_context io;
  connection_settings settings;
  connection_observer observer;
  std::unique_ptr<node_connection> connection;
  node_setting node{domain::node_name{"pve1"}, ".cloudpods", true};
  domain::owner_mark mark{domain::controller_id{"ctl"}, domain::pod_id{"POD-1"}};
  domain::owner_mark other{domain::controller_id{"ctl"}, domain::pod_id{"POD-2"}};
  int attempts = 0;
};

} // namespace cloudpods::ssh::test
