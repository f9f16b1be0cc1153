#include <boost/test/unit_test.hpp>

#include <array>

#include "ssh/channel_fsm.hpp"
#include "ssh/connection_fsm.hpp"

namespace cloudpods::ssh::test {

namespace {

using namespace std::chrono_literals;

connection_fsm connection(double chance = 0.5) {
  return {{1s, 8s, 60s, 10s}, [chance] { return chance; }};
}

/// Brought to `until`.
connection_fsm connection_at(connection_action until) {
  auto machine = connection();
  machine.start();
  while (machine.action() != until)
    machine.succeeded();
  return machine;
}

channel_fsm channel(std::string input = {}) {
  return channel_fsm{{"line", std::move(input), 1s, kept_of_output}};
}

channel_fsm channel_at(channel_action until, std::string input = "input") {
  auto machine = channel(std::move(input));
  if (until == channel_action::wait)
    return machine;
  machine.turn_came();
  if (until == channel_action::open)
    return machine;
  machine.opened();
  machine.begins();
  if (until == channel_action::execute)
    return machine;
  machine.executed();
  if (until == channel_action::send)
    return machine;
  machine.sent(5);
  if (until == channel_action::send_eof)
    return machine;
  machine.eof_sent();
  return machine;
}

constexpr std::array steps{connection_action::connect, connection_action::handshake,
                           connection_action::check_host_key, connection_action::authenticate};
constexpr std::array working{channel_action::open, channel_action::execute, channel_action::send,
                             channel_action::send_eof, channel_action::read};

} // namespace

BOOST_AUTO_TEST_SUITE(connection_machine)

BOOST_AUTO_TEST_CASE(a_connection_is_checked_before_it_logs_in) {
  auto machine = connection();
  BOOST_TEST((machine.start() == connection_action::connect));
  BOOST_TEST((machine.succeeded() == connection_action::handshake));
  BOOST_TEST((machine.succeeded() == connection_action::check_host_key));
  BOOST_TEST((machine.succeeded() == connection_action::authenticate));
  BOOST_TEST((machine.succeeded() == connection_action::serve));
  BOOST_TEST(machine.sentence().empty());
}

BOOST_AUTO_TEST_CASE(every_step_that_fails_or_times_out_waits_and_connects_again) {
  for (const auto step : steps)
    for (const auto why : {connection_fault::network, connection_fault::timed_out}) {
      auto machine = connection_at(step);
      BOOST_TEST((machine.failed(why, "gone") == connection_action::wait));
      BOOST_TEST(machine.sentence() == "gone");
      BOOST_TEST((machine.wait_time() == 500ms));
      BOOST_TEST((machine.waited() == connection_action::connect));
    }
}

BOOST_AUTO_TEST_CASE(every_step_can_be_closed_and_stays_closed) {
  for (const auto step : steps) {
    auto machine = connection_at(step);
    BOOST_TEST((machine.close() == connection_action::stop));
    BOOST_TEST((machine.failed(connection_fault::network, "late") == connection_action::stop));
    BOOST_TEST((machine.lost("late", 1s) == connection_action::stop));
    BOOST_TEST((machine.waited() == connection_action::stop));
    BOOST_TEST((machine.succeeded() == connection_action::stop));
  }
}

BOOST_AUTO_TEST_CASE(waits_double_up_to_a_limit) {
  auto machine = connection(1.0);
  machine.start();
  for (const auto expected : {1s, 2s, 4s, 8s, 8s}) {
    machine.failed(connection_fault::network, "");
    BOOST_TEST((machine.wait_time() == expected));
    machine.waited();
  }
}

BOOST_AUTO_TEST_CASE(chance_spreads_waits_from_nothing_to_all) {
  auto machine = connection(0.0);
  machine.start();
  machine.failed(connection_fault::network, "");
  BOOST_TEST((machine.wait_time() == 0ms));
}

BOOST_AUTO_TEST_CASE(a_connection_that_held_begins_counting_anew) {
  auto machine = connection(1.0);
  machine.start();
  for (int i = 0; i < 3; ++i) {
    machine.failed(connection_fault::network, "");
    machine.waited();
  }
  while (machine.action() != connection_action::serve)
    machine.succeeded();
  machine.lost("cut", 10s);
  BOOST_TEST((machine.wait_time() == 1s));
}

BOOST_AUTO_TEST_CASE(a_connection_that_flaps_waits_longer) {
  auto machine = connection(1.0);
  machine.start();
  for (const auto expected : {1s, 2s, 4s}) {
    while (machine.action() != connection_action::serve)
      machine.succeeded();
    machine.lost("cut", 9s);
    BOOST_TEST((machine.wait_time() == expected));
    machine.waited();
  }
}

BOOST_AUTO_TEST_CASE(a_refused_key_or_login_is_tried_again_slowly) {
  for (const auto why : {connection_fault::refused_key, connection_fault::refused_login}) {
    auto machine = connection(0.0);
    machine.start();
    machine.failed(why, "");
    BOOST_TEST((machine.wait_time() == 30s));
    BOOST_TEST(machine.is_key_refused() == (why == connection_fault::refused_key));
  }
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_forgotten_once_one_is_accepted) {
  auto machine = connection_at(connection_action::check_host_key);
  machine.failed(connection_fault::refused_key, "");
  machine.waited();
  BOOST_TEST(machine.is_key_refused());
  while (machine.action() != connection_action::serve)
    machine.succeeded();
  BOOST_TEST(!machine.is_key_refused());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(channel_machine)

BOOST_AUTO_TEST_CASE(a_line_runs_from_waiting_to_done) {
  auto machine = channel("input");
  BOOST_TEST((machine.action() == channel_action::wait));
  BOOST_TEST((machine.turn_came() == channel_action::open));
  BOOST_TEST((machine.opened() == channel_action::execute));
  BOOST_TEST((machine.begins() == channel_action::execute));
  BOOST_TEST((machine.executed() == channel_action::send));
  BOOST_TEST((machine.sent(2) == channel_action::send));
  BOOST_TEST(machine.pending_input() == "put");
  BOOST_TEST((machine.sent(3) == channel_action::send_eof));
  BOOST_TEST((machine.eof_sent() == channel_action::read));
  machine.received(stream::out, "out");
  machine.received(stream::err, "err");
  BOOST_TEST(!machine.is_settled());
  BOOST_TEST((machine.ended(3, "") == channel_action::release));
  BOOST_TEST(machine.is_settled());
  BOOST_TEST((machine.released() == channel_action::done));
  const auto result = machine.take_result();
  BOOST_TEST(result.exit_status == 3);
  BOOST_TEST(result.out.text() == "out");
  BOOST_TEST(result.err.text() == "err");
}

BOOST_AUTO_TEST_CASE(a_line_without_input_sends_its_end_at_once) {
  auto machine = channel();
  machine.turn_came();
  machine.opened();
  machine.begins();
  BOOST_TEST((machine.executed() == channel_action::send_eof));
}

BOOST_AUTO_TEST_CASE(a_command_that_refuses_input_is_read_to_its_end) {
  auto machine = channel_at(channel_action::send);
  BOOST_TEST((machine.input_refused() == channel_action::read));
}

BOOST_AUTO_TEST_CASE(a_signal_is_no_success_whatever_the_status) {
  auto machine = channel_at(channel_action::read);
  machine.ended(0, "KILL");
  BOOST_TEST(!machine.take_result().is_success());
}

BOOST_AUTO_TEST_CASE(every_action_that_times_out_or_is_cancelled_is_settled_and_let_go) {
  for (const auto action : working)
    for (const auto why : {transport_fault::timed_out, transport_fault::cancelled}) {
      auto machine = channel_at(action);
      machine.failed(why, "no more");
      BOOST_TEST(machine.is_settled());
      // What belongs to the whole session comes to its end first.
      if (machine.action() == channel_action::open)
        machine.opened();
      if (machine.action() == channel_action::execute)
        machine.executed();
      BOOST_TEST((machine.action() == channel_action::release));
      BOOST_TEST((machine.released() == channel_action::done));
      const auto result = machine.take_result();
      BOOST_TEST((result.fault == why));
      BOOST_TEST(result.maybe_begun == (action != channel_action::open));
    }
}

BOOST_AUTO_TEST_CASE(a_waiting_line_that_is_cancelled_is_done) {
  auto machine = channel();
  BOOST_TEST((machine.failed(transport_fault::cancelled, "") == channel_action::done));
  BOOST_TEST(!machine.take_result().maybe_begun);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_sends_an_unbegun_line_back_to_wait) {
  for (const auto action : {channel_action::wait, channel_action::open}) {
    auto machine = channel_at(action);
    BOOST_TEST((machine.connection_lost("cut") == channel_action::wait));
    BOOST_TEST(!machine.is_settled());
  }
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_never_a_failure_of_the_command) {
  for (const auto action : {channel_action::execute, channel_action::send, channel_action::send_eof,
                            channel_action::read}) {
    auto machine = channel_at(action);
    BOOST_TEST((machine.connection_lost("cut") == channel_action::done));
    const auto result = machine.take_result();
    BOOST_TEST((result.fault == transport_fault::lost));
    BOOST_TEST(result.maybe_begun);
    BOOST_TEST(!result.is_success());
  }
}

BOOST_AUTO_TEST_CASE(a_settled_line_changes_no_more) {
  auto machine = channel_at(channel_action::read);
  machine.failed(transport_fault::timed_out, "late");
  machine.received(stream::out, "later");
  machine.ended(0, "");
  machine.failed(transport_fault::cancelled, "");
  const auto result = machine.take_result();
  BOOST_TEST((result.fault == transport_fault::timed_out));
  BOOST_TEST(result.out.total() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::ssh::test
