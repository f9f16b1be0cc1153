#include "actors/backup_schedule.hpp"

#include "actors/fake_upkeep.hpp"
#include "actors/stage.hpp"

using namespace cloudpods;
using namespace cloudpods::actors;
using namespace cloudpods::actors::tests;

namespace {

constexpr std::chrono::seconds tick{60};

struct schedule_stage : engine_stage {
  std::shared_ptr<upkeep_script> store = std::make_shared<upkeep_script>();
  domain::pod_id id;

  schedule_stage() {
    offers->backup_policies = {{"daily", 24, 2, 5}};
    offers->plans[0].backup_policy = "daily";
    id = accepted_in(place()).pod->pod.id;
    const auto asked = spawn_fake_upkeep(system(), store);
    ends_with_stage(asked);
    ends_with_stage(spawn_backup_schedule(system(), engine, handles, asked, directory, tick));
    run();
  }

  void due(bool removal = false) {
    store->due = {{id, domain::samples::tenant(), removal, std::nullopt, 24}};
  }
  void turn() { pass(tick, tick); }
  std::size_t backups() { return pod(id)->pod.backups.size(); }
};

} // namespace

// Contract 3 ([backup]), 11.
BOOST_FIXTURE_TEST_SUITE(schedule_of_backups, schedule_stage)

BOOST_AUTO_TEST_CASE(a_pod_that_is_due_is_backed_up_by_the_system) {
  due();
  turn();
  BOOST_REQUIRE(backups() == 1U);
  BOOST_TEST(pod(id)->pod.backups.front().by_policy);
  for (const auto& each : log->events)
    if (std::holds_alternative<domain::job_queued>(each.payload) && each.pod == id)
      BOOST_TEST((each.actor.kind == domain::actor_kind::system));
  BOOST_TEST(store->asked.front().plans.front().name == "starter");
  BOOST_TEST(store->asked.front().plans.front().every_hours == 24);
  BOOST_TEST((store->asked.front().nodes == std::vector{domain::node_name{"pve1"}}));
}

BOOST_AUTO_TEST_CASE(what_is_asked_twice_is_done_once_and_then_left_alone_for_a_while) {
  due();
  store->due.push_back(store->due.front());
  turn();
  turn();
  BOOST_TEST(log->count("pod.backed_up") == 1);
  BOOST_TEST(log->count("job.queued") == 2);
  BOOST_TEST((store->asked.back().besides == std::vector{id}));
  pass(std::chrono::minutes{11}, tick);
  BOOST_TEST(log->count("pod.backed_up") == 1);
}

BOOST_AUTO_TEST_CASE(a_tick_while_a_backup_waits_for_its_node_makes_no_second) {
  node->grants = false;
  due();
  turn();
  turn();
  BOOST_TEST(log->count("job.queued") == 2);
  BOOST_TEST(log->count("pod.backed_up") == 0);
}

BOOST_AUTO_TEST_CASE(a_tenant_that_sleeps_is_woken_for_it_and_sleeps_again) {
  pass(std::chrono::minutes{12}, tick);
  BOOST_REQUIRE(log->left.size() == 1U);
  const auto loads = reader->loads;
  due();
  turn();
  store->due.clear();
  BOOST_TEST(reader->loads == loads + 1);
  pass(std::chrono::minutes{12}, tick);
  BOOST_TEST(log->left.size() == 2U);
  BOOST_TEST(log->count("pod.backed_up") == 1);
}

BOOST_AUTO_TEST_CASE(what_drifts_apart_is_not_asked_before_its_time) {
  due();
  store->due.front().last_good = now + tick - std::chrono::hours{20};
  const auto events = log->events.size();
  turn();
  BOOST_TEST(log->events.size() == events);
  BOOST_TEST(store->asked.back().besides.empty());
}

BOOST_AUTO_TEST_CASE(nothing_new_is_asked_while_the_daemon_stops) {
  engine->service->enter(service_phase::stopping);
  due();
  turn();
  BOOST_TEST(store->asked.empty());
}

BOOST_AUTO_TEST_CASE(backups_of_a_deleted_pod_go_when_their_time_has_come) {
  due();
  turn();
  store->due.clear();
  BOOST_REQUIRE(backups() == 1U);
  accepted_in(destroy(id));
  pass(std::chrono::minutes{1});
  BOOST_REQUIRE((pod(id)->pod.status == domain::pod_status::deleted));
  now += std::chrono::days{5};
  node->attempts.clear();
  due(true);
  turn();
  BOOST_TEST(backups() == 0U);
  BOOST_REQUIRE(node->attempts.size() == 1U);
  const auto& removed = std::get<domain::delete_backups>(node->attempts.front().what);
  BOOST_TEST((removed.volumes == std::vector<std::string>{"vzdump-backups:backup/0"}));
  BOOST_TEST(log->names().back() == "job.succeeded");
}

BOOST_AUTO_TEST_SUITE_END()
