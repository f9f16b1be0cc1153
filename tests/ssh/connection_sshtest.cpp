#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "ssh/connection_fixture.hpp"

namespace cloudpods::ssh::test {

namespace {

node_command script(const std::string& text) {
  return {.argv = {"sh", "-c", text}, .input = {}, .is_long = true};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(node_connections, connection_fixture)

BOOST_AUTO_TEST_CASE(a_line_runs_and_says_both_outputs_and_its_status) {
  connect();
  const auto result = run("echo out; echo err >&2; exit 3");
  BOOST_TEST((result.fault == transport_fault::none));
  BOOST_TEST(result.exit_status == 3);
  BOOST_TEST(result.out.text() == "out\n");
  BOOST_TEST(result.err.text() == "err\n");
  BOOST_TEST(result.maybe_begun);
  BOOST_TEST(seen.ups == 1);
}

BOOST_AUTO_TEST_CASE(input_arrives_whole) {
  connect();
  std::string input;
  for (int i = 0; i < 3'000'000; ++i)
    input += static_cast<char>(i * 7);
  const auto result = run("cat", 20s, input);
  BOOST_TEST(result.out.total() == input.size());
  BOOST_TEST((result.out.text() == std::string_view{input}.substr(input.size() - kept_of_output)));
}

BOOST_AUTO_TEST_CASE(a_command_that_does_not_read_its_input_ends) {
  connect();
  BOOST_TEST(run("exit 5", 20s, std::string(3'000'000, 'x')).exit_status == 5);
}

BOOST_AUTO_TEST_CASE(three_megabytes_of_errors_are_drained) {
  connect();
  const auto result = run("head -c 3000000 /dev/zero >&2; echo end");
  BOOST_TEST(result.err.total() == 3'000'000u);
  BOOST_TEST(result.err.text().size() == kept_of_output);
  BOOST_TEST(result.out.text() == "end\n");
}

BOOST_AUTO_TEST_CASE(a_killed_command_reports_the_signal) {
  connect();
  const auto result = run("kill -9 $$");
  BOOST_TEST(result.exit_signal == "KILL");
  BOOST_TEST(!result.is_success());
}

BOOST_AUTO_TEST_CASE(more_lines_than_channels_all_run) {
  settings.channels = 3;
  connect();
  std::vector<std::optional<exec_result>> results(60);
  for (std::size_t i = 0; i < results.size(); ++i)
    begin("head -c 100000 /dev/zero; exit " + std::to_string(i), results[i]);
  run_until(
      [&] { return std::ranges::all_of(results, [](auto& each) { return each.has_value(); }); });
  for (std::size_t i = 0; i < results.size(); ++i) {
    BOOST_TEST(results[i]->exit_status == static_cast<int>(i));
    BOOST_TEST(results[i]->out.total() == 100'000u);
  }
  BOOST_TEST(connection->load() == 0u);
}

BOOST_AUTO_TEST_CASE(output_is_told_as_it_comes) {
  connect();
  std::string told;
  std::optional<exec_result> result;
  connection->run(
      {"echo one; sleep 0.3; echo two", {}, 20s, kept_of_output},
      [&](stream, std::string_view bytes) { told += bytes; },
      [&](exec_result done) { result = std::move(done); });
  run_until([&] { return told == "one\n"; });
  BOOST_TEST(!result.has_value());
  run_until([&] { return result.has_value(); });
  BOOST_TEST(told == "one\ntwo\n");
}

BOOST_AUTO_TEST_CASE(a_deadline_ends_the_channel_and_the_connection_stays) {
  settings.channels = 1;
  connect();
  const auto late = run("echo begun; sleep 3", 500ms);
  BOOST_TEST((late.fault == transport_fault::timed_out));
  BOOST_TEST(late.maybe_begun);
  BOOST_TEST(late.out.text() == "begun\n");
  BOOST_TEST(run("echo next").out.text() == "next\n");
  BOOST_TEST(seen.downs.empty());
}

BOOST_AUTO_TEST_CASE(a_cancelled_line_says_so_and_the_next_one_runs) {
  settings.channels = 1;
  connect();
  std::optional<exec_result> first;
  std::optional<exec_result> second;
  const auto handle = begin("sleep 3", first);
  const auto waiting = begin("echo x", second);
  run_until([&] { return seen.ups == 1; });
  connection->cancel(waiting);
  connection->cancel(handle);
  run_until([&] { return first && second; });
  BOOST_TEST((first->fault == transport_fault::cancelled));
  BOOST_TEST((second->fault == transport_fault::cancelled));
  BOOST_TEST(!second->maybe_begun);
  BOOST_TEST(run("echo next").out.text() == "next\n");
}

BOOST_AUTO_TEST_CASE(cancelling_at_every_moment_leaves_the_connection_usable) {
  connect();
  run("true");
  for (int round = 0; round < 60; ++round) {
    std::optional<exec_result> result;
    const auto handle = begin("cat", result, 20s, std::string(200'000, 'x'));
    for (int i = 0; i < round % 20; ++i)
      io.poll_one();
    connection->cancel(handle);
    run_until([&] { return result.has_value(); });
  }
  BOOST_TEST(run("echo next").out.text() == "next\n");
  BOOST_TEST(seen.downs.empty());
}

BOOST_AUTO_TEST_CASE(a_closed_connection_ends_every_line) {
  connect();
  std::optional<exec_result> first;
  begin("sleep 3", first);
  run_until([&] { return seen.ups == 1; });
  connection->close();
  run_until([&] { return first.has_value(); });
  BOOST_TEST((first->fault == transport_fault::cancelled));
  BOOST_TEST((run("true").fault == transport_fault::cancelled));
}

BOOST_AUTO_TEST_CASE(nobody_is_called_after_the_destructor) {
  connect();
  std::optional<exec_result> result;
  begin("echo x; sleep 1", result);
  run_until([&] { return seen.ups == 1; });
  connection.reset();
  io.restart();
  io.run_for(100ms);
  BOOST_TEST(!result.has_value());
}

BOOST_AUTO_TEST_CASE(a_line_too_long_for_a_packet_is_refused) {
  connect();
  const auto result = run("true " + std::string(40'000, 'x'));
  BOOST_TEST((result.fault == transport_fault::line_too_long));
  BOOST_TEST(!result.maybe_begun);
}

BOOST_AUTO_TEST_CASE(a_cut_connection_is_an_unknown_end_and_comes_back) {
  connect();
  std::optional<exec_result> result;
  begin("echo begun; sleep 5", result);
  run_until([&] { return seen.ups == 1; });
  run("true");
  sshd.cut_connections();
  run_until([&] { return result.has_value(); });
  BOOST_TEST((result->fault == transport_fault::lost));
  BOOST_TEST(result->maybe_begun);
  BOOST_TEST(run("echo again").out.text() == "again\n");
  BOOST_TEST(seen.ups == 2);
  BOOST_TEST(seen.downs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_connection_that_nobody_uses_sees_its_end_at_once) {
  connect();
  run_until([&] { return seen.ups == 1; });
  sshd.cut_connections();
  run_until([&] { return !seen.downs.empty(); }, 5s);
  run_until([&] { return seen.ups == 2; });
}

/// sshd sends its host keys after the login, which nobody reads without a channel.
BOOST_AUTO_TEST_CASE(a_connection_that_nobody_uses_costs_nothing) {
  connect();
  run_until([&] { return seen.ups == 1; });
  int handled = 0;
  const auto end = std::chrono::steady_clock::now() + 300ms;
  while (std::chrono::steady_clock::now() < end) {
    io.restart();
    handled += static_cast<int>(io.run_one_until(end));
  }
  BOOST_TEST(handled < 20);
}

BOOST_AUTO_TEST_CASE(a_line_given_while_sshd_is_away_runs_when_it_is_back) {
  connect();
  run("true");
  sshd.cut_connections();
  sshd.stop();
  std::optional<exec_result> early;
  std::optional<exec_result> late;
  begin("echo never", early, 300ms);
  begin("echo late", late);
  run_until([&] { return early.has_value(); });
  BOOST_TEST((early->fault == transport_fault::not_connected));
  BOOST_TEST(!early->maybe_begun);
  sshd.start();
  run_until([&] { return late.has_value(); });
  BOOST_TEST(late->out.text() == "late\n");
}

BOOST_AUTO_TEST_CASE(a_refused_login_is_said) {
  settings.private_key_file = sshd.file("other_host_key");
  connect();
  run_until([&] { return !seen.downs.empty(); });
  BOOST_TEST(seen.downs[0].contains("refuses the login"));
}

BOOST_AUTO_TEST_CASE(a_port_where_nobody_listens_is_said) {
  settings.port = 1;
  connect();
  run_until([&] { return !seen.downs.empty(); });
  BOOST_TEST(seen.downs[0].contains("no connection to 127.0.0.1:1"));
}

BOOST_AUTO_TEST_CASE(a_node_that_says_nothing_is_given_up_in_time) {
  const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  BOOST_TEST_REQUIRE(::bind(silent, reinterpret_cast<sockaddr*>(&address), size) == 0);
  BOOST_TEST_REQUIRE(::listen(silent, 5) == 0);
  ::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size);
  settings.port = ntohs(address.sin_port);
  settings.connect_timeout = 200ms;
  connect();
  run_until([&] { return !seen.downs.empty(); });
  BOOST_TEST(seen.downs[0].contains("in time"));
  ::close(silent);
}

BOOST_AUTO_TEST_CASE(keepalives_leave_the_connection_usable) {
  settings.keepalive = 1s;
  connect();
  run("sleep 2.5");
  BOOST_TEST(run("echo x").out.text() == "x\n");
  BOOST_TEST(seen.downs.empty());
}

BOOST_AUTO_TEST_CASE(a_detached_command_outlives_its_connection_and_is_found_again) {
  std::filesystem::remove_all(sshd.home() / "work");
  connect();
  const attempt_reference attempt{{"item", "clone", 1}, 1};
  const auto line = start_line(
      attempt, script("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done; exit 4"), node);
  std::optional<exec_result> result;
  begin(line->text, result, 20s, line->input, kept_of_report);
  await_file(sshd.home() / "work/item.clone.1/pid");
  sshd.cut_connections();
  run_until([&] { return result.has_value(); });
  BOOST_TEST((result->fault == transport_fault::lost));
  const auto report = report_from(attach_line(attempt, node).value());
  BOOST_TEST((report.state == report_state::ended));
  BOOST_TEST(report.exit_code.value() == 4);
  BOOST_TEST(report.out == "1\n2\n3\n4\n5\n6\n7\n8\n");
}

BOOST_AUTO_TEST_CASE(lines_take_some_milliseconds) {
  connect();
  run("true");
  constexpr int rounds = 50;
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i)
    run("true");
  const auto took = std::chrono::steady_clock::now() - begun;
  BOOST_TEST_MESSAGE("a line: " << took / rounds / 1us << " us");
  BOOST_TEST(connection->is_up());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
