#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using domain::item_action;
using domain::job_status;
using domain::power_state;
using domain::step;

namespace {

struct action_stage : engine_stage {
  domain::pod_id id = accepted_in(place()).pod->pod.id;

  std::shared_ptr<const domain::job> done(const std::shared_ptr<std::optional<command_reply>>& by) {
    return job(accepted_in(by).job->id);
  }
  std::shared_ptr<std::optional<command_reply>> cancel(const domain::job_id& which) {
    return ask<command_reply>(awake(), cancel_job{which, "enough", {}, std::nullopt});
  }
};

} // namespace

// Contract 11, "cancel at every step".
BOOST_FIXTURE_TEST_SUITE(cancelling_what_waits, engine_stage)

BOOST_AUTO_TEST_CASE(an_order_that_waits_for_its_node_is_cancelled_at_once) {
  node->grants = false;
  const auto ordered = place();
  const auto which = accepted_in(ordered).job->id;
  BOOST_TEST((job(which)->status == job_status::pending));
  accepted_in(ask<command_reply>(awake(), cancel_job{which, "enough", {}, std::nullopt}));
  BOOST_TEST((job(which)->status == job_status::cancelled));
  BOOST_TEST(node->attempts.empty());
  BOOST_TEST(held().held().pods == 0);
}

BOOST_AUTO_TEST_SUITE_END()

// Contract 10, 11.
BOOST_FIXTURE_TEST_SUITE(actions_by_actors, action_stage)

BOOST_AUTO_TEST_CASE(a_stop_reaches_the_node_and_a_second_one_does_not) {
  node->attempts.clear();
  BOOST_TEST((done(act(id, item_action::stop))->status == job_status::success));
  BOOST_TEST((pod(id)->pod.power == power_state::stopped));
  BOOST_TEST(node->attempts.size() == 1U);
  BOOST_TEST((done(act(id, item_action::stop))->status == job_status::success));
  BOOST_TEST(node->attempts.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_backup_is_found_on_its_storage_before_it_counts) {
  const auto asked = act(id, item_action::backup);
  BOOST_TEST((done(asked)->status == job_status::success));
  BOOST_REQUIRE(pod(id)->pod.backups.size() == 1U);
  BOOST_TEST(pod(id)->pod.backups.front().archive.volume == node->archives.front());
  node->free_gb = 0;
  const auto full = done(act(id, item_action::backup));
  BOOST_TEST((full->status == job_status::failed));
  BOOST_TEST(full->error->code == "BACKUP_STORAGE_FULL");
  BOOST_TEST(node->archives.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_cancel_ends_a_backup_on_its_node) {
  node->holds = {step::backup};
  const auto asked = act(id, item_action::backup);
  const auto which = accepted_in(asked).job->id;
  BOOST_TEST(node->ended.empty());
  accepted_in(cancel(which));
  BOOST_REQUIRE(node->ended.size() == 1U);
  BOOST_TEST((node->ended.front().which == step::backup));
  node->answers[step::backup].push_back(
      {domain::failed{domain::failure_class::permanent, "interrupted by signal", {}}});
  answer_node();
  BOOST_TEST((job(which)->status == job_status::cancelled));
  BOOST_TEST(pod(id)->pod.backups.empty());
}

BOOST_AUTO_TEST_CASE(a_destroy_does_not_wait_for_a_backup) {
  node->holds = {step::backup};
  const auto backup = accepted_in(act(id, item_action::backup)).job->id;
  const auto destroyed = accepted_in(destroy(id)).job->id;
  BOOST_REQUIRE(node->ended.size() == 1U);
  node->answers[step::backup].push_back(
      {domain::failed{domain::failure_class::permanent, "interrupted by signal", {}}});
  answer_node();
  pass(std::chrono::minutes{1});
  BOOST_TEST((job(backup)->status == job_status::cancelled));
  BOOST_TEST((job(destroyed)->status == job_status::success));
}

BOOST_AUTO_TEST_CASE(an_archive_that_no_command_of_ours_named_is_never_taken_for_a_backup) {
  node->answers[step::backup].push_back({attempt_vanished{}});
  node->archives.push_back("vzdump-backups:backup/of-somebody-else");
  const auto asked = act(id, item_action::backup);
  pass(std::chrono::minutes{2});
  BOOST_TEST((done(asked)->status == job_status::success));
  BOOST_TEST(pod(id)->pod.backups.front().archive.volume == node->archives.back());
  BOOST_TEST(node->archives.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_same_key_gives_the_job_of_the_action_again) {
  const idempotency key{"once", "hash"};
  const auto first = accepted_in(act(id, item_action::reboot, key)).job->id;
  const auto again = ask<command_reply>(awake(), [&] {
    domain::act_on_pod wish;
    wish.action = item_action::reboot;
    return ask_action{id, wish, {}, key};
  }());
  BOOST_REQUIRE(again->has_value());
  BOOST_TEST(accepted_in(again).replayed);
  BOOST_TEST((accepted_in(again).job->id == first));
}

BOOST_AUTO_TEST_CASE(limits_set_by_an_operator_count_at_once) {
  domain::quota_changed most;
  most.max_pods = 1;
  const auto set = ask<quota_reply>(awake(), set_limits{most, {}});
  BOOST_REQUIRE(set->has_value());
  BOOST_TEST((*set)->value->limit.most.pods == 1);
  BOOST_TEST((refused_in(place()) == domain::problem_code::quota_exceeded));
  const auto events = log->appended.size();
  BOOST_REQUIRE(ask<quota_reply>(awake(), set_limits{most, {}})->has_value());
  BOOST_TEST(log->appended.size() == events);
}

BOOST_AUTO_TEST_SUITE_END()
