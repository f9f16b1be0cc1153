#include "actors/stage.hpp"

#include <algorithm>

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;
using namespace std::chrono_literals;
using domain::failure_class;
using domain::pod_status;
using domain::step;
using domain::samples::order;

namespace {

struct pod_stage : engine_stage {
  domain::pod_id ordered() {
    last = place();
    return accepted_in(last).pod->pod.id;
  }

  attempt_reply says(failure_class why) const { return {domain::failed{why, "no", {}}}; }

  int given_back(const std::string& key) const {
    return static_cast<int>(std::ranges::count_if(
        node->releases, [&](const auto& each) { return each.keys.contains(key); }));
  }

  std::shared_ptr<std::optional<command_reply>> last;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(a_pods_life, pod_stage)

BOOST_AUTO_TEST_CASE(a_vm_goes_through_its_steps_to_active_with_one_append_per_decision) {
  const auto id = ordered();
  const std::vector<step> steps{step::register_address, step::clone, step::configure, step::resize,
                                step::start};
  BOOST_TEST((node->steps() == steps));
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
  BOOST_TEST((pod(id)->pod.held == domain::holding::used));
  // The order; begun with the first intent; its end; the clone's intent after a look; then each
  // end with the next intent, the last with all that follows.
  const std::vector<std::size_t> sizes{5, 4, 1, 1, 2, 2, 2, 2, 5};
  BOOST_TEST(log->appended == sizes, boost::test_tools::per_element());
  BOOST_TEST(held().used.cpu_cores == 1);
  BOOST_TEST(held().reserved.cpu_cores == 0);
}

BOOST_AUTO_TEST_CASE(an_intent_is_durable_before_the_node_is_told) {
  node->grants = false;
  const auto id = ordered();
  log->mute = true;
  for (const auto& each : node->wishes)
    caf::anon_send(each.holder, lease_granted{each.keys});
  run();
  BOOST_TEST(log->waiting.size() == 1U);
  BOOST_TEST(node->attempts.empty());
  node->grants = true;
  unmute();
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
}

BOOST_AUTO_TEST_CASE(a_pod_whose_work_is_done_gives_all_back_and_ends) {
  ordered();
  BOOST_REQUIRE(!node->releases.empty());
  BOOST_TEST(node->releases.back().keys.empty());
  BOOST_TEST(node->swept.size() == 1U);
  const auto holder = node->wishes.back().holder;
  const auto down = std::make_shared<bool>(false);
  holder->attach_functor([down](const caf::error&) { *down = true; });
  BOOST_TEST(*down);
}

BOOST_AUTO_TEST_CASE(the_storage_is_given_back_once_the_guest_is_built) {
  node->holds = {step::start};
  ordered();
  BOOST_TEST(given_back("storage:clients") == 1);
  BOOST_TEST(given_back("node") == 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_begun_without_a_lease) {
  node->grants = false;
  const auto id = ordered();
  BOOST_TEST(log->appended.size() == 1U);
  BOOST_TEST(node->queries == 0);
  const std::set<std::string> keys{"node", "storage:clients"};
  BOOST_TEST((node->wishes.at(0).keys == keys));
  BOOST_TEST((pod(id)->pod.status == pod_status::pending));
}

BOOST_AUTO_TEST_CASE(what_a_pod_waits_for_is_shown_with_its_job) {
  node->grants = false;
  ordered();
  caf::anon_send(caf::actor_cast<pod_actor>(node->wishes.at(0).holder),
                 lease_waits{"node:pve1", 3, 40});
  run();
  const auto seen =
      ask<job_reply>(awake(), show_job{accepted_in(last).job->id, std::chrono::milliseconds{0}});
  BOOST_TEST((*seen)->value->progress->waiting_on.value() == "node:pve1");
  BOOST_TEST((*seen)->value->progress->queue_position.value() == 3);
  BOOST_TEST((*seen)->value->progress->eta_s.value() == 40);
}

BOOST_AUTO_TEST_CASE(a_transient_failure_is_tried_again_after_its_wait) {
  node->answers[step::clone] = {says(failure_class::transient)};
  const auto id = ordered();
  BOOST_TEST(log->count("item.retry_scheduled") == 1);
  pass(2s);
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
  BOOST_TEST(std::ranges::count(node->steps(), step::clone) == 2);
}

BOOST_AUTO_TEST_CASE(a_create_that_cannot_succeed_is_undone_and_frees_its_quota) {
  node->answers[step::configure] = {says(failure_class::permanent)};
  const auto id = ordered();
  BOOST_TEST((pod(id)->pod.status == pod_status::error));
  BOOST_TEST(node->guests.empty());
  BOOST_TEST((job(accepted_in(last).job->id)->status == domain::job_status::failed));
  BOOST_TEST(held().held().pods == 0);
}

BOOST_AUTO_TEST_CASE(a_vmid_that_a_stranger_took_is_replaced) {
  node->guests[100000] = {"", true, "pve1"};
  const auto id = ordered();
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
  BOOST_TEST(pod(id)->pod.order.guest != 100000);
  BOOST_TEST(node->guests.contains(100000));
  BOOST_TEST(log->count("pod.renumbered") == 1);
}

// Contract 11: one that the caller chose is not exchanged.
BOOST_AUTO_TEST_CASE(a_named_vmid_that_a_stranger_took_fails_the_create) {
  node->guests[9101] = {"", true, "pve1"};
  domain::order_pod command;
  command.name = "client-portal";
  command.blueprint = "debian";
  command.container.emplace().guest = 9101;
  last = place(command);
  const auto record = pod(accepted_in(last).pod->pod.id);
  BOOST_TEST((record->pod.status == pod_status::error));
  BOOST_TEST(record->pod.order.guest == 9101);
  BOOST_TEST(job(accepted_in(last).job->id)->error.value().code == "VMID_IN_USE");
  BOOST_TEST(node->attempts.empty());
  BOOST_TEST(node->guests.contains(9101));
  BOOST_TEST(log->count("pod.renumbered") == 0);
  BOOST_TEST(held().held().pods == 0);
}

BOOST_AUTO_TEST_CASE(a_command_whose_outcome_is_unknown_is_looked_up_before_it_is_repeated) {
  node->holds = {step::clone};
  const auto id = ordered();
  BOOST_REQUIRE(node->held.size() == 1U);
  node->run(node->held.front().first); // it happened, and then the node restarted
  node->answers[step::clone] = {{attempt_vanished{}}};
  answer_node();
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
  BOOST_TEST(std::ranges::count(node->steps(), step::clone) == 1);
}

BOOST_AUTO_TEST_CASE(an_attempt_that_the_node_may_have_seen_is_followed_and_not_started_again) {
  node->answers[step::clone] = {{connection_failed{true, "gone"}}};
  const auto id = ordered();
  pass(2s);
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
  const auto& attempts = node->attempts;
  BOOST_TEST(!attempts.at(1).resume);
  BOOST_TEST(attempts.at(2).resume);
  BOOST_TEST(attempts.at(2).attempt == attempts.at(1).attempt);
}

BOOST_AUTO_TEST_CASE(an_attempt_that_the_node_never_saw_is_sent_as_if_for_the_first_time) {
  node->answers[step::clone] = {{connection_failed{false, "away"}}};
  ordered();
  pass(2s);
  BOOST_TEST(!node->attempts.at(2).resume);
  BOOST_TEST((node->attempts.at(2).which == step::clone));
}

BOOST_AUTO_TEST_CASE(a_guest_that_does_not_boot_fails_after_the_creates_time) {
  node->boots = false;
  const auto id = ordered();
  pass(890s, 2s);
  BOOST_TEST((pod(id)->pod.status == pod_status::provisioning));
  pass(20s, 2s);
  BOOST_TEST((pod(id)->pod.status == pod_status::error));
}

BOOST_AUTO_TEST_CASE(a_guest_that_boots_late_is_active_then) {
  node->boots = false;
  const auto id = ordered();
  pass(30s, 1s);
  BOOST_TEST((pod(id)->pod.status == pod_status::provisioning));
  node->guests.begin()->second.running = true;
  pass(2s);
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
}

BOOST_AUTO_TEST_CASE(a_refused_append_of_a_pod_is_tried_again) {
  node->grants = false;
  const auto id = ordered();
  log->refusal = domain::problem{domain::problem_code::internal_error, "no"};
  for (const auto& each : node->wishes)
    caf::anon_send(each.holder, lease_granted{each.keys});
  run();
  log->refusal.reset();
  node->grants = true;
  BOOST_TEST((pod(id)->pod.status == pod_status::pending));
  pass(6s);
  BOOST_TEST((pod(id)->pod.status == pod_status::active));
}

BOOST_AUTO_TEST_CASE(user_data_that_is_gone_fails_the_create) {
  auto wanted = order();
  wanted.user_data = "#cloud-config";
  node->grants = false;
  const auto id = accepted_in(place(wanted)).pod->pod.id;
  log->secrets.clear();
  node->grants = true;
  for (const auto& each : node->wishes)
    caf::anon_send(each.holder, lease_granted{each.keys});
  run();
  pass(10s);
  BOOST_TEST((pod(id)->pod.status == pod_status::error));
}

BOOST_AUTO_TEST_CASE(while_the_daemon_stops_nothing_new_is_begun) {
  node->holds = {step::clone};
  const auto id = ordered();
  engine->service->enter(service_phase::stopping);
  answer_node();
  BOOST_TEST(node->attempts.size() == 2U);
  BOOST_TEST((domain::event_name(log->events.back().payload) == "item.step_done"));
  BOOST_TEST((pod(id)->pod.status == pod_status::provisioning));
}

BOOST_AUTO_TEST_CASE(progress_of_a_step_is_seen_by_who_asks_and_never_falls) {
  node->holds = {step::clone};
  ordered();
  const auto& item = node->held.front().first.item;
  const auto percent_after = [&](int percent, std::string message) {
    caf::anon_send(caf::actor_cast<pod_actor>(node->held.front().first.progress_to),
                   step_progress{item, step::clone, percent, std::move(message)});
    run();
    const auto seen = ask<job_reply>(awake(), show_job{accepted_in(last).job->id, 0ms});
    return (*seen)->value->progress->percent;
  };
  const auto half = percent_after(50, "half");
  BOOST_TEST(half > 30);
  BOOST_TEST(percent_after(0, "a line without a number") == half);
  BOOST_TEST(percent_after(90, "nearly") > half);
}

BOOST_AUTO_TEST_SUITE_END()
