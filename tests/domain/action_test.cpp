#include "domain/living_pod.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

// Contract 10.
BOOST_FIXTURE_TEST_SUITE(actions_on_a_pod, living_pod)

BOOST_AUTO_TEST_CASE(a_stopped_pod_is_started_and_a_running_one_is_left_alone) {
  BOOST_TEST((status_of(ask(pod, item_action::stop)) == success));
  BOOST_TEST((state(pod).power == power_state::stopped));
  BOOST_TEST(!guest().running);
  BOOST_TEST((status_of(ask(pod, item_action::start)) == success));
  BOOST_TEST((state(pod).power == power_state::running));
  const auto before = all<item_step_started>().size();
  BOOST_TEST((status_of(ask(pod, item_action::start)) == success));
  const auto steps = all<item_step_started>();
  for (auto i = before; i < steps.size(); ++i)
    BOOST_TEST(only_reads(steps[i].which));
}

BOOST_AUTO_TEST_CASE(a_stopped_pod_is_not_rebooted) {
  BOOST_REQUIRE((status_of(ask(pod, item_action::stop)) == success));
  BOOST_TEST((refusal(item_action::reboot) == problem_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_suspended_pod_stops_and_refuses_what_would_use_it_until_it_is_resumed) {
  BOOST_TEST((status_of(ask(pod, item_action::suspend)) == success));
  BOOST_TEST(state(pod).suspended.has_value());
  BOOST_TEST((state(pod).power == power_state::stopped));
  BOOST_TEST((state(pod).status == pod_status::active));
  for (const auto each : {item_action::start, item_action::reboot})
    BOOST_TEST((refusal(each) == problem_code::suspended));
  BOOST_TEST((refusal(scale_to(2, std::nullopt, std::nullopt)) == problem_code::suspended));
  BOOST_TEST(ask(pod, item_action::suspend).value().empty());
  BOOST_TEST((status_of(ask(pod, item_action::resume)) == success));
  BOOST_TEST((state(pod).power == power_state::running));
  BOOST_TEST(ask(pod, item_action::resume).value().empty());
}

BOOST_AUTO_TEST_CASE(what_waits_when_a_pod_is_suspended_fails_in_its_turn) {
  const auto reboot = ask(pod, item_action::reboot);
  const auto suspended = ask(pod, item_action::suspend);
  BOOST_TEST((status_of(reboot) == broken_off));
  BOOST_TEST(log.tenant().jobs.at(reboot.value())->error->code == "SUSPENDED");
  BOOST_TEST((status_of(suspended) == success));
}

BOOST_AUTO_TEST_CASE(a_pod_that_was_stopped_before_it_was_suspended_stays_so_when_resumed) {
  BOOST_REQUIRE((status_of(ask(pod, item_action::stop)) == success));
  BOOST_REQUIRE((status_of(ask(pod, item_action::suspend)) == success));
  BOOST_REQUIRE((status_of(ask(pod, item_action::resume)) == success));
  BOOST_TEST(!guest().running);
}

// Contract 12.
BOOST_AUTO_TEST_CASE(growth_is_reserved_with_the_wish_and_used_when_it_is_done) {
  const auto before = log.tenant().held;
  const auto asked = ask(pod, scale_to(2, 2048, 40));
  BOOST_REQUIRE(asked.has_value());
  BOOST_TEST((log.tenant().held.reserved == before.reserved + resources{0, 1, 1024, 10}));
  BOOST_TEST((status_of(asked) == success));
  BOOST_TEST((log.tenant().held.used == before.used + resources{0, 1, 1024, 10}));
  BOOST_TEST((log.tenant().held.reserved == before.reserved));
  BOOST_TEST(state(pod).pending_reboot);
  BOOST_TEST(log.tenant().jobs.at(asked.value())->result->pending_reboot.value());
  BOOST_TEST((guest().size == state(pod).sizes()));
}

BOOST_AUTO_TEST_CASE(a_scale_that_fails_is_set_back_and_its_growth_is_free_again) {
  const auto before = log.tenant().held;
  const auto asked = ask(pod, scale_to(2, std::nullopt, 40));
  BOOST_REQUIRE(until_open(pod, step::resize));
  act(pod, {luck::permanent});
  BOOST_TEST((status_of(asked) == broken_off));
  BOOST_TEST(log.tenant().held.used.cpu_cores == before.used.cpu_cores);
  BOOST_TEST(guest().size.cpu_cores == 1);
  BOOST_TEST((log.tenant().held.reserved == before.reserved));
  BOOST_TEST((log.tenant().held.used == before.used));
  BOOST_TEST((guest().size == state(pod).sizes()));
}

BOOST_AUTO_TEST_CASE(a_scale_past_the_quota_is_refused_and_reserves_nothing) {
  const auto before = log.tenant().held;
  BOOST_TEST((refusal(scale_to(400, std::nullopt, std::nullopt)) == problem_code::quota_exceeded));
  BOOST_TEST((log.tenant().held == before));
}

BOOST_AUTO_TEST_CASE(a_disk_only_grows_and_a_plan_with_a_smaller_one_keeps_it) {
  BOOST_TEST(
      (refusal(scale_to(std::nullopt, std::nullopt, 10)) == problem_code::validation_failed));
  act_on_pod wish;
  wish.action = item_action::scale;
  wish.plan = "student";
  const auto asked = ask(pod, wish);
  BOOST_TEST((status_of(asked) == success));
  BOOST_TEST(state(pod).order.disk_gb == 30);
  BOOST_TEST(state(pod).order.plan.value == "student");
  BOOST_TEST(log.tenant().jobs.at(asked.value())->result->disk_kept.value());
}

BOOST_AUTO_TEST_CASE(a_second_scale_is_refused_while_one_is_open) {
  BOOST_REQUIRE(ask(pod, scale_to(2, std::nullopt, std::nullopt)).has_value());
  BOOST_TEST((refusal(scale_to(1, std::nullopt, std::nullopt)) == problem_code::pod_busy));
}

BOOST_AUTO_TEST_CASE(a_scale_with_reboot_leaves_nothing_pending) {
  auto wish = scale_to(2, std::nullopt, std::nullopt);
  wish.parameters.reboot = true;
  BOOST_TEST((status_of(ask(pod, wish)) == success));
  BOOST_TEST(!state(pod).pending_reboot);
  BOOST_TEST(guest().running);
}

BOOST_AUTO_TEST_CASE(a_backup_is_in_the_books_and_can_be_restored_at_the_size_that_is_paid_for) {
  BOOST_REQUIRE((status_of(ask(pod, item_action::backup)) == success));
  const auto backup = state(pod).backups.front().id;
  BOOST_REQUIRE((status_of(ask(pod, scale_to(2, std::nullopt, 40))) == success));
  BOOST_TEST((status_of(ask(pod, restore_of(backup))) == success));
  BOOST_TEST((guest().size == state(pod).sizes()));
  BOOST_TEST(guest().size.cpu_cores == 2);
  BOOST_TEST(guest().running);
}

BOOST_AUTO_TEST_CASE(a_backup_is_not_begun_where_its_storage_is_full) {
  node.free_gb = 5;
  const auto asked = ask(pod, item_action::backup);
  BOOST_TEST((status_of(asked) == broken_off));
  BOOST_TEST(log.tenant().jobs.at(asked.value())->error->code == "BACKUP_STORAGE_FULL");
  BOOST_TEST(node.archives.empty());
}

BOOST_AUTO_TEST_CASE(a_restore_that_breaks_past_the_point_of_no_return_leaves_the_pod_in_error) {
  BOOST_REQUIRE((status_of(ask(pod, item_action::backup)) == success));
  const auto backup = state(pod).backups.front().id;
  BOOST_REQUIRE(ask(pod, restore_of(backup)).has_value());
  BOOST_REQUIRE(until_open(pod, step::restore));
  BOOST_TEST((refusal(item_action::start) == problem_code::pod_busy));
  node.guests.erase(state(pod).order.guest);
  act(pod, {luck::permanent});
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).status == pod_status::error));
  BOOST_TEST((state(pod).error->code == pod_fault::restore_failed));
  BOOST_TEST((refusal(item_action::start) == problem_code::invalid_state));
  BOOST_TEST((status_of(ask(pod, restore_of(backup))) == success));
  BOOST_TEST((state(pod).status == pod_status::active));
  BOOST_TEST(node.guests_of(pod) == 1);
}

BOOST_AUTO_TEST_CASE(a_rollback_never_brings_back_a_size_past_the_quota) {
  BOOST_REQUIRE((status_of(ask(pod, scale_to(2, 2048, std::nullopt))) == success));
  BOOST_REQUIRE((status_of(ask(pod, named(item_action::snapshot, "big"))) == success));
  BOOST_REQUIRE((status_of(ask(pod, scale_to(1, 1024, std::nullopt))) == success));
  BOOST_TEST((status_of(ask(pod, named(item_action::rollback, "big"))) == success));
  BOOST_TEST(guest().size.cpu_cores == 1);
  BOOST_TEST(guest().size.memory_mb == 1024);
  BOOST_TEST(guest().running);
}

BOOST_AUTO_TEST_CASE(a_snapshot_that_is_not_there_is_not_found_and_one_that_is_not_made_twice) {
  BOOST_TEST((refusal(named(item_action::rollback, "none")) == problem_code::not_found));
  BOOST_REQUIRE((status_of(ask(pod, named(item_action::snapshot, "one"))) == success));
  BOOST_TEST((refusal(named(item_action::snapshot, "one")) == problem_code::invalid_state));
  BOOST_REQUIRE((status_of(ask(pod, named(item_action::delete_snapshot, "one"))) == success));
  BOOST_TEST(state(pod).snapshots.empty());
}

BOOST_AUTO_TEST_CASE(a_pod_that_is_being_made_is_not_protected_yet) {
  auto being_made = log.record(pod);
  being_made.pod.status = pod_status::provisioning;
  BOOST_TEST((protect(being_made, true).error().code == problem_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_protected_pod_refuses_to_be_destroyed_or_put_back) {
  BOOST_REQUIRE((status_of(ask(pod, item_action::backup)) == success));
  append(protect(log.record(pod), true).value());
  BOOST_TEST((refusal(restore_of(state(pod).backups.front().id)) == problem_code::protected_pod));
  BOOST_TEST(decide_destroy(pod).empty());
  BOOST_TEST(protect(log.record(pod), true).value().empty());
  append(protect(log.record(pod), false).value());
  BOOST_TEST(!decide_destroy(pod).empty());
}

BOOST_AUTO_TEST_CASE(a_guest_without_our_mark_is_not_touched) {
  guest().marked = false;
  const auto asked = ask(pod, item_action::stop);
  BOOST_TEST((status_of(asked) == broken_off));
  BOOST_TEST(guest().running);
  BOOST_TEST((state(pod).error->code == pod_fault::ownership_conflict));
  BOOST_TEST((state(pod).held == holding::used));
}

BOOST_AUTO_TEST_CASE(a_cancel_before_its_turn_ends_an_action_and_one_in_the_middle_takes_it_back) {
  const auto first = ask(pod, scale_to(2, std::nullopt, std::nullopt));
  const auto second = ask(pod, item_action::reboot);
  BOOST_TEST(cancel_job(second.value()));
  BOOST_REQUIRE(until_open(pod, step::look_again));
  BOOST_TEST(cancel_job(first.value()));
  BOOST_TEST((status_of(first) == cancelled));
  BOOST_TEST((status_of(second) == cancelled));
  BOOST_TEST(guest().size.cpu_cores == 1);
  BOOST_TEST((log.tenant().held.reserved == resources{}));
  BOOST_TEST(!cancel_job(first.value()));
}

BOOST_AUTO_TEST_CASE(a_restore_past_its_first_change_and_a_destroy_cannot_be_cancelled) {
  BOOST_REQUIRE((status_of(ask(pod, item_action::backup)) == success));
  const auto asked = ask(pod, restore_of(state(pod).backups.front().id));
  BOOST_REQUIRE(until_open(pod, step::restore));
  BOOST_TEST(!cancel_job(asked.value()));
  BOOST_REQUIRE(settle(pod));
  destroy(pod);
  BOOST_TEST(!cancel_job(job_of(pod, job_type::destroy).id));
}

BOOST_AUTO_TEST_CASE(a_destroy_ends_what_waits_and_what_runs_before_it) {
  const auto backup = ask(pod, item_action::backup);
  const auto scale = ask(pod, scale_to(2, std::nullopt, std::nullopt));
  BOOST_REQUIRE(until_open(pod, step::backup));
  destroy(pod);
  BOOST_TEST(wants_end(log.record(pod), next(pod)));
  act(pod, {luck::transient});
  BOOST_TEST((status_of(backup) == cancelled));
  BOOST_TEST((status_of(scale) == cancelled));
  BOOST_TEST((state(pod).status == pod_status::deleted));
  BOOST_TEST((log.tenant().held == holdings{}));
}

BOOST_AUTO_TEST_CASE(a_sync_takes_over_what_its_guest_has_and_counts_it) {
  guest().size.cpu_cores = 3;
  guest().size.swap_mb = 0; // as the node says of every VM
  guest().running = false;
  const auto swap = state(pod).order.swap_mb;
  BOOST_TEST(swap > 0);
  BOOST_TEST((status_of(ask(pod, item_action::sync)) == success));
  BOOST_TEST(state(pod).order.swap_mb == swap);
  BOOST_TEST(state(pod).order.cpu_cores == 3);
  BOOST_TEST((state(pod).power == power_state::stopped));
  BOOST_TEST(log.tenant().held.used.cpu_cores == 3);
}

BOOST_AUTO_TEST_CASE(an_address_that_was_given_is_not_the_guests_to_change) {
  const auto given = state(pod).order.ip_address;
  BOOST_REQUIRE(ask(pod, item_action::sync).has_value());
  BOOST_REQUIRE(until_open(pod, step::look));
  succeeded lies;
  lies.address = "10.1.10.250";
  findings found;
  found.seen = guest_reading{power_state::running, 1, 1024, 0, 30, false};
  auto facts = end_step(log.record(pod), next(pod), lies, found, policy, now, 0.5, item_id{"q"});
  extend(log.record(pod), log.site_of(pod), now, facts);
  append(facts);
  BOOST_TEST((state(pod).order.ip_address == given));
}

BOOST_AUTO_TEST_CASE(a_cancelled_look_is_given_up_and_a_reboot_that_stopped_its_guest_is_not) {
  const auto sync = ask(pod, item_action::sync);
  BOOST_REQUIRE(until_open(pod, step::look));
  BOOST_TEST(!gives_up_looking(log.record(pod), next(pod)));
  BOOST_TEST(cancel_job(sync.value()));
  BOOST_TEST(gives_up_looking(log.record(pod), next(pod)));
  act(pod, {luck::permanent});
  BOOST_TEST((status_of(sync) == cancelled));
  const auto reboot = ask(pod, item_action::reboot);
  BOOST_REQUIRE(until_open(pod, step::stop));
  BOOST_TEST(!cancel_job(reboot.value()));
}

BOOST_AUTO_TEST_CASE(a_restore_that_stumbled_leaves_no_unmarked_guest_ours) {
  BOOST_REQUIRE((status_of(ask(pod, item_action::backup)) == success));
  BOOST_REQUIRE(ask(pod, restore_of(state(pod).backups.front().id)).has_value());
  BOOST_REQUIRE(until_open(pod, step::start));
  act(pod, {luck::transient});
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST(!state(pod).remains.unmarked_is_ours());
}

BOOST_AUTO_TEST_CASE(a_final_backup_that_failed_is_made_before_the_destroy_that_follows) {
  node.free_gb = 0;
  destroy_pod command;
  command.parameters.backup_first = true;
  const destroy_ids first{job_id{"job-d1"}, item_id{"q-d1"}, "bak-d1"};
  append(std::get<0>(decide(log.record(pod), log.offers(), command, first).value()));
  BOOST_REQUIRE(settle(pod));
  BOOST_TEST((state(pod).error->code == pod_fault::destroy_failed));
  BOOST_TEST(node.guests_of(pod) == 1);
  node.free_gb = 1000;
  const auto again = retry(first.job);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST((status_of(again) == success));
  BOOST_TEST((state(pod).status == pod_status::deleted),
             log.tenant().jobs.at(again.value())->error.value_or(job_error{}).message);
  BOOST_TEST(node.archives.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_vmid_rests_while_a_backup_is_keyed_by_it) {
  const auto vmid = state(pod).order.guest;
  BOOST_REQUIRE((status_of(ask(pod, item_action::backup)) == success));
  destroy(pod);
  BOOST_REQUIRE(settle(pod));
  now += std::chrono::days{30};
  for (int i = 0; i < 4; ++i) {
    const auto other = order(samples::order("student"));
    BOOST_REQUIRE(other.has_value());
    BOOST_TEST(state(*other).order.guest != vmid);
  }
}

BOOST_AUTO_TEST_CASE(only_a_change_of_health_is_an_event) {
  BOOST_TEST((status_of(ask(pod, item_action::health)) == success));
  BOOST_TEST((status_of(ask(pod, item_action::health)) == success));
  BOOST_TEST(all<pod_health_changed>().size() == 1U);
  guest().running = false;
  BOOST_TEST((status_of(ask(pod, item_action::health)) == success));
  BOOST_TEST((state(pod).health->reading.status == health_status::critical));
}

BOOST_AUTO_TEST_SUITE_END()
