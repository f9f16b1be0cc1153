#include <boost/test/unit_test.hpp>

#include "persistence/commit_recovery.hpp"

using namespace cloudpods::persistence;

namespace {

log_head head(std::int64_t epoch, std::int64_t seq, char hash) {
  return {epoch, seq, std::string(32, hash), {}};
}

struct recovery_fixture {
  commit_recovery machine{head(3, 10, 'a'), head(3, 12, 'b')};

  /// As far as the raised epoch.
  recovery_action until_raised(const log_head& found) {
    machine.begin();
    machine.resume(session_open{});
    machine.resume(old_sessions_ended{});
    machine.resume(lock_taken{});
    return machine.resume(epoch_raised{found});
  }
};

const fault away{fault_kind::away, "", "no route"};

} // namespace

BOOST_FIXTURE_TEST_SUITE(commit_recovering, recovery_fixture)

BOOST_AUTO_TEST_CASE(the_old_session_ends_before_the_lock_and_the_lock_before_the_epoch) {
  BOOST_CHECK(machine.begin() == recovery_action::connect);
  BOOST_CHECK(machine.resume(session_open{}) == recovery_action::end_old_sessions);
  BOOST_CHECK(machine.resume(old_sessions_ended{}) == recovery_action::take_lock);
  BOOST_CHECK(machine.resume(lock_taken{}) == recovery_action::raise_epoch);
}

BOOST_AUTO_TEST_CASE(the_batchs_seq_and_hash_at_the_head_mean_committed) {
  BOOST_CHECK(until_raised(head(4, 12, 'b')) == recovery_action::stop);
  BOOST_CHECK(machine.verdict() == recovery_verdict::committed);
  BOOST_TEST(machine.found().epoch == 4);
}

BOOST_AUTO_TEST_CASE(the_head_as_before_means_not_committed) {
  until_raised(head(4, 10, 'a'));
  BOOST_CHECK(machine.verdict() == recovery_verdict::not_committed);
}

BOOST_AUTO_TEST_CASE(another_hash_at_the_same_seq_is_anothers_log) {
  until_raised(head(4, 12, 'c'));
  BOOST_CHECK(machine.verdict() == recovery_verdict::lead_lost);
}

BOOST_AUTO_TEST_CASE(a_head_that_is_behind_is_anothers_log) {
  until_raised(head(4, 9, 'z'));
  BOOST_CHECK(machine.verdict() == recovery_verdict::lead_lost);
}

BOOST_AUTO_TEST_CASE(without_a_batch_only_the_head_as_before_keeps_the_lead) {
  machine = commit_recovery{head(3, 10, 'a'), std::nullopt};
  until_raised(head(4, 10, 'a'));
  BOOST_CHECK(machine.verdict() == recovery_verdict::not_committed);
  until_raised(head(5, 12, 'b'));
  BOOST_CHECK(machine.verdict() == recovery_verdict::lead_lost);
}

BOOST_AUTO_TEST_CASE(an_epoch_raised_by_our_own_unanswered_try_changes_nothing) {
  until_raised(head(7, 10, 'a'));
  BOOST_CHECK(machine.verdict() == recovery_verdict::not_committed);
}

BOOST_AUTO_TEST_CASE(a_lock_of_another_loses_the_lead) {
  machine.begin();
  machine.resume(session_open{});
  machine.resume(old_sessions_ended{});
  BOOST_CHECK(machine.resume(lock_refused{lock_holder::another}) == recovery_action::stop);
  BOOST_CHECK(machine.verdict() == recovery_verdict::lead_lost);
}

BOOST_AUTO_TEST_CASE(a_lock_of_our_own_dying_session_is_waited_for) {
  machine.begin();
  machine.resume(session_open{});
  machine.resume(old_sessions_ended{});
  machine.resume(lock_refused{lock_holder::one_of_ours});
  BOOST_CHECK(machine.verdict() == recovery_verdict::away);
}

BOOST_AUTO_TEST_CASE(a_lock_that_was_let_go_meanwhile_is_tried_again_but_not_for_ever) {
  machine.begin();
  machine.resume(session_open{});
  auto action = machine.resume(old_sessions_ended{});
  int tries = 0;
  while (action == recovery_action::take_lock && tries < 100) {
    ++tries;
    action = machine.resume(lock_refused{lock_holder::nobody});
  }
  BOOST_TEST(tries == 5);
  BOOST_CHECK(machine.verdict() == recovery_verdict::away);
}

BOOST_AUTO_TEST_CASE(any_action_that_fails_leaves_the_fate_open) {
  for (int steps = 0; steps < 4; ++steps) {
    commit_recovery each{head(3, 10, 'a'), head(3, 12, 'b')};
    each.begin();
    if (steps > 0)
      each.resume(session_open{});
    if (steps > 1)
      each.resume(old_sessions_ended{});
    if (steps > 2)
      each.resume(lock_taken{});
    BOOST_CHECK(each.resume(action_failed{away}) == recovery_action::stop);
    BOOST_CHECK(each.verdict() == recovery_verdict::away);
    BOOST_TEST(each.why().message == "no route");
  }
}

BOOST_AUTO_TEST_CASE(it_can_begin_again_after_it_was_away) {
  machine.begin();
  machine.resume(action_failed{away});
  until_raised(head(4, 12, 'b'));
  BOOST_CHECK(machine.verdict() == recovery_verdict::committed);
}

BOOST_AUTO_TEST_CASE(a_store_that_cannot_be_worked_with_loses_the_lead) {
  machine.begin();
  machine.resume(action_failed{{fault_kind::unusable, "", "a pooler"}});
  BOOST_CHECK(machine.verdict() == recovery_verdict::lead_lost);
}

BOOST_AUTO_TEST_SUITE_END()
