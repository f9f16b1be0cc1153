#include <boost/test/unit_test.hpp>

#include <random>
#include <set>

#include "domain/failure_window.hpp"
#include "domain/load_rules.hpp"

using namespace cloudpods::domain;

namespace {

instant at(std::int64_t minutes) { return instant{std::chrono::minutes{minutes + 1'000'000}}; }

job_failure failure(std::int64_t seq, std::int64_t minute, const std::string& pod,
                    const std::string& tenant = "T", job_type kind = job_type::backup,
                    const std::string& node = "pve1") {
  return {seq, at(minute), kind, tenant_id{tenant}, pod_id{pod}, 9101, node_name{node}};
}

/// The event as the log gives it back.
event stored(const new_event& fact, std::int64_t seq, instant when = at(0)) {
  event made;
  made.seq = seq;
  made.at = when;
  made.stream = fact.stream;
  made.tenant = fact.tenant;
  made.pod = fact.pod;
  made.guest = fact.guest;
  made.payload = fact.payload;
  return made;
}

struct watch {
  failure_window window;
  open_recommendations open;
  std::int64_t seq = 1000;

  std::vector<recommendation_wish> wishes() const { return window.wishes(open); }
  void fold(const new_event& fact) {
    const auto event = stored(fact, ++seq);
    open.fold(event);
    window.fold(event);
  }
  void open_all() {
    for (const auto& each : wishes())
      fold(open_recommendation(each, "rec-" + std::to_string(seq)));
  }
};

} // namespace

// Contract 16.
BOOST_FIXTURE_TEST_SUITE(repeated_failures, watch)

BOOST_AUTO_TEST_CASE(three_of_a_kind_within_an_hour_are_one_recommendation_for_the_pod) {
  window.fold(failure(1, 0, "p"));
  window.fold(failure(2, 30, "p"));
  BOOST_TEST(wishes().empty());
  window.fold(failure(3, 60, "p"));
  const auto found = wishes();
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].about.subject() == "pod:p");
  BOOST_TEST(found[0].rule == "failures.backup");
  BOOST_TEST((found[0].evidence == std::vector<std::int64_t>{1, 2, 3}));
}

BOOST_AUTO_TEST_CASE(three_in_more_than_an_hour_or_of_three_kinds_are_none) {
  window.fold(failure(1, 0, "p"));
  window.fold(failure(2, 30, "p"));
  window.fold(failure(3, 61, "p"));
  window.fold(failure(4, 62, "p", "T", job_type::destroy));
  window.fold(failure(5, 63, "p", "T", job_type::scale));
  BOOST_TEST(wishes().empty());
  window.fold(failure(6, 64, "p"));
  BOOST_TEST((wishes().at(0).evidence == std::vector<std::int64_t>{2, 3, 6}));
}

BOOST_AUTO_TEST_CASE(of_several_pods_they_are_the_tenants_and_of_several_tenants_the_nodes) {
  for (int i = 1; i <= 3; ++i)
    window.fold(failure(i, i, "p" + std::to_string(i)));
  BOOST_TEST_REQUIRE(wishes().size() == 1U);
  BOOST_TEST(wishes()[0].about.subject() == "tenant:T");
  open_all();
  for (int i = 11; i <= 13; ++i)
    window.fold(failure(i, i, "q" + std::to_string(i), "T" + std::to_string(i)));
  BOOST_TEST_REQUIRE(wishes().size() == 1U);
  BOOST_TEST(wishes()[0].about.subject() == "node:pve1");
  BOOST_TEST((wishes()[0].actions[0].type == advice::drain_node));
}

BOOST_AUTO_TEST_CASE(one_is_open_for_a_rule_and_subject_and_what_comes_meanwhile_is_of_it) {
  for (int i = 1; i <= 3; ++i)
    window.fold(failure(i, i, "p"));
  open_all();
  BOOST_TEST(open.all().size() == 1U);
  for (int i = 4; i <= 9; ++i)
    window.fold(failure(i, i, "p"));
  BOOST_TEST(wishes().empty());
  fold(dismiss_recommendation(open.all().begin()->second, "not now"));
  BOOST_TEST(open.all().empty());
  BOOST_TEST(wishes().empty());
  for (int i = 1; i <= 3; ++i)
    window.fold(failure(2000 + i, 10 + i, "p"));
  BOOST_TEST(wishes().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_check_of_health_that_fails_recommends_no_other) {
  for (int i = 1; i <= 5; ++i)
    window.fold(failure(i, i, "p", "T", job_type::health));
  BOOST_TEST(wishes().empty());
}

/// Whatever fails when, and wherever the daemon was killed: no failure is the evidence of two, and
/// a fold of the whole log knows what the one that lived knew.
BOOST_AUTO_TEST_CASE(no_failure_counts_twice_and_a_replay_finds_the_same) {
  std::mt19937 chance{7};
  for (int round = 0; round < 200; ++round) {
    watch lived;
    lived.seq = 0;
    std::vector<std::variant<job_failure, event>> log;
    std::set<std::int64_t> used;
    std::int64_t minute = 0;
    for (int step = 0; step < 60; ++step) {
      minute += static_cast<std::int64_t>(chance() % 25);
      const auto pod = "p" + std::to_string(chance() % 4);
      auto made = failure(++lived.seq, minute, pod, "T" + std::to_string(chance() % 2));
      lived.window.fold(made);
      log.emplace_back(std::move(made));
      const auto tell = [&](const new_event& fact) {
        const auto told = stored(fact, ++lived.seq, at(minute));
        lived.open.fold(told);
        lived.window.fold(told);
        log.emplace_back(told);
      };
      for (const auto& each : lived.wishes()) {
        BOOST_REQUIRE(lived.open.find(each.rule, each.about.subject()) == nullptr);
        for (const auto one : each.evidence)
          BOOST_REQUIRE(used.insert(one).second);
        tell(open_recommendation(each, "rec-" + std::to_string(lived.seq)));
      }
      if (!lived.open.all().empty() && chance() % 5 == 0)
        tell(dismiss_recommendation(lived.open.all().begin()->second, ""));
    }
    watch again;
    for (const auto& each : log)
      if (const auto* one = std::get_if<job_failure>(&each)) {
        again.window.fold(*one);
      } else {
        again.open.fold(std::get<event>(each));
        again.window.fold(std::get<event>(each));
      }
    BOOST_TEST(again.window.size() == lived.window.size());
    BOOST_TEST(again.open.all().size() == lived.open.all().size());
    BOOST_TEST(again.wishes().empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

// Contract 16.
BOOST_AUTO_TEST_SUITE(figures_of_pods_and_nodes)

BOOST_AUTO_TEST_CASE(a_machines_memory_says_nothing_and_a_containers_does) {
  listed_guest guest{100, guest_kind::vm, "pve1", "", "running", "", false};
  BOOST_TEST(!load_of(guest).has_value());
  guest.cpu = 0.01;
  guest.memory = 0.99;
  BOOST_TEST(!load_of(guest)->high);
  BOOST_TEST(load_of(guest)->idle);
  guest.kind = guest_kind::ct;
  BOOST_TEST(load_of(guest)->high);
  BOOST_TEST(!load_of(guest)->idle);
  guest.status = "stopped";
  BOOST_TEST(!load_of(guest).has_value());
}

BOOST_AUTO_TEST_CASE(a_busy_pod_grows_and_an_idle_one_shrinks_as_far_as_it_can) {
  loaded_pod pod{tenant_id{"T"}, pod_id{"p"}, 100, guest_kind::ct, 2, 2048, true};
  BOOST_TEST(judge_load(pod)->actions[0].new_cores.value() == 4);
  pod.high = false;
  BOOST_TEST((judge_load(pod)->actions[0].type == advice::scale_down));
  BOOST_TEST(judge_load(pod)->actions[0].new_memory_mb.value() == 1024);
  pod.cpu_cores = 1;
  pod.memory_mb = 512;
  BOOST_TEST(!judge_load(pod).has_value());
}

BOOST_AUTO_TEST_CASE(a_node_is_past_its_limits_by_processors_memory_or_a_storage) {
  node_capacity found{1000, 8, {{storage_name{"a"}, 100, 20}}, 900, 0.85};
  BOOST_TEST(overload_of(found).empty());
  found.cpu_ratio = 0.86;
  found.memory_used_mb = 901;
  found.storages[0].free_gb = 19;
  BOOST_TEST(overload_of(found) == "processors at 86 %, memory at 90 %, storage a at 81 %");
  const auto wish = judge_overload(node_name{"pve1"}, overload_of(found));
  BOOST_TEST(wish.about.subject() == "node:pve1");
  BOOST_TEST(faults_of(wish.actions[0], wish.about).empty());
}

BOOST_AUTO_TEST_CASE(what_our_rules_recommend_can_be_applied) {
  const std::vector<recommendation_wish> all{
      judge_unhealthy({tenant_id{"T"}, pod_id{"p"}, 100, 7}),
      judge_overdue({tenant_id{"T"}, pod_id{"p"}, 100, 24}), judge_refusals(tenant_id{"T"}, 20),
      *judge_load({tenant_id{"T"}, pod_id{"p"}, 100, guest_kind::vm, 2, 2048, true})};
  for (const auto& each : all)
    for (const auto& action : each.actions)
      BOOST_TEST(faults_of(action, each.about).empty(), each.rule);
}

BOOST_AUTO_TEST_SUITE_END()
