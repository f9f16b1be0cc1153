#include "persistence/upkeep.hpp"

#include "store_fixture.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;

struct upkeep_fixture : store_fixture {
  log_writer writer = leader();
  upkeep_store store{dsn};
  int jobs = 0;

  upkeep_fixture() { append(writer, {samples::tenant_made("acme")}); }

  samples::subject active(int number, std::int64_t at = 0) {
    const samples::subject made{"acme", number};
    append(writer, {samples::ordered(made), samples::building(made), samples::built(made)}, at);
    return made;
  }

  static std::string name_of(const samples::subject& of, int number) {
    return "policy-" + std::to_string(of.number) + "-" + std::to_string(number);
  }

  decision queued(const samples::subject& of, int number) const {
    const auto job = name_of(of, number);
    return samples::decided(
        {of.of_pod(domain::job_queued{domain::job_type::backup,
                                      {},
                                      domain::json_text{R"({"policy":"daily"})"},
                                      std::nullopt},
                   job),
         of.of_pod(domain::item_queued{of.item(job), domain::item_action::backup,
                                       domain::json_text{R"({"policy":"daily"})"}},
                   job)});
  }
  /// One that a person asked for and that waits.
  void queued_by_hand(const samples::subject& of) {
    append(
        writer,
        {samples::decided(
            {of.of_pod(domain::job_queued{domain::job_type::backup, {}, {}, std::nullopt}, "own"),
             of.of_pod(domain::item_queued{of.item("own"), domain::item_action::backup,
                                           domain::json_text{"{}"}},
                       "own")})},
        1);
  }
  /// A run of the policy, as it ended.
  int run(const samples::subject& of, std::int64_t at, bool good) {
    const auto number = ++jobs;
    const auto job = name_of(of, number);
    append(writer, {queued(of, number)}, at);
    const auto status = good ? domain::item_status::success : domain::item_status::failed;
    auto said = samples::decided({of.of_pod(
        domain::item_ended{of.item(job), domain::item_action::backup, status, "no"}, job)});
    if (good) {
      said.events.push_back(of.of_pod(
          domain::pod_backed_up{"bak-" + job, {"store:backup/" + job, 1}, {}, true}, job));
      said.events.push_back(of.of_pod(domain::job_succeeded{}, job));
    } else {
      said.events.push_back(of.of_pod(domain::job_failed{"BACKUP_FAILED", "no"}, job));
    }
    append(writer, {said}, at);
    return number;
  }

  static upkeep_question question(std::int64_t at) {
    upkeep_question asked;
    asked.now = samples::at(at);
    asked.plans = {{"starter", 24, 5}};
    asked.days_without_policy = 14;
    asked.failed_before = samples::at(at - hour);
    asked.nodes = {domain::node_name{"pve1"}};
    return asked;
  }
  std::vector<std::string> due(const upkeep_question& asked) {
    std::vector<std::string> names;
    for (const auto& each : good(store.due(asked)))
      names.push_back((each.removal ? "-" : "") + each.pod.value);
    return names;
  }
  std::vector<std::string> due(std::int64_t at) { return due(question(at)); }
};

using names = std::vector<std::string>;

} // namespace

// Contract 3 ([backup]), 11.
BOOST_FIXTURE_TEST_SUITE(upkeep_by_the_clock, upkeep_fixture)

BOOST_AUTO_TEST_CASE(a_pod_without_a_backup_is_due_and_then_again_before_its_interval_ends) {
  const auto one = active(1);
  BOOST_TEST((due(1) == names{one.pod().value}));
  run(one, 10, true);
  BOOST_TEST(due(20 * hour).empty());
  BOOST_TEST((due(22 * hour) == names{one.pod().value}));
  const auto found = good(store.due(question(22 * hour)));
  BOOST_TEST((found.front().last_good == samples::at(10)));
  BOOST_TEST(found.front().every_hours == 24);
}

// Contract 11: one tenant's backups do not hold up what is due of the others.
BOOST_AUTO_TEST_CASE(backups_that_people_asked_for_take_no_place_of_those_by_policy) {
  for (int number = 2; number <= 5; ++number)
    queued_by_hand(active(number));
  const auto one = active(1);
  BOOST_TEST((due(1) == names{one.pod().value}));
}

BOOST_AUTO_TEST_CASE(only_pods_of_a_policy_on_a_known_node_are_due) {
  active(1);
  auto asked = question(1);
  asked.nodes = {domain::node_name{"other"}};
  BOOST_TEST(due(asked).empty());
  asked = question(1);
  asked.plans.clear();
  BOOST_TEST(due(asked).empty());
  append(writer, {samples::settled("acme", 2)}, 2);
  asked.tenant_plans = {{"plan-2", 24, 5}};
  BOOST_TEST(due(asked).size() == 1U);
  asked.besides = {pod.pod()};
  BOOST_TEST(due(asked).empty());
}

BOOST_AUTO_TEST_CASE(a_node_gets_no_pile_of_backups) {
  const auto one = active(1);
  for (int i = 2; i <= 5; ++i)
    active(i);
  BOOST_TEST(due(1).size() == 2U);
  append(writer, {queued(one, 100)}, 2);
  const auto left = due(3);
  BOOST_TEST(left.size() == 1U);
  BOOST_TEST(left.front() != one.pod().value);
}

BOOST_AUTO_TEST_CASE(who_was_due_longest_ago_comes_first) {
  const auto one = active(1);
  const auto two = active(2);
  run(two, 10, true);
  run(one, 20, true);
  BOOST_TEST((due(2 * day) == names{two.pod().value, one.pod().value}));
}

BOOST_AUTO_TEST_CASE(one_that_failed_is_left_alone_for_an_hour) {
  const auto one = active(1);
  run(one, 10, false);
  BOOST_TEST(due(hour / 2).empty());
  BOOST_TEST(due(hour + 11).size() == 1U);
}

BOOST_AUTO_TEST_CASE(backups_of_a_deleted_pod_are_to_go_after_their_days) {
  const auto one = active(1);
  run(one, 10, true);
  append(writer, {samples::destroyed(one)}, day);
  BOOST_TEST(due(5 * day).empty());
  BOOST_TEST((due(6 * day) == names{"-" + one.pod().value}));
  auto without = question(6 * day);
  without.plans.clear();
  BOOST_TEST(due(without).empty());
  without.now = samples::at(15 * day);
  BOOST_TEST(due(without).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_vmid_rests_from_its_last_backups_end_on) {
  const auto one = active(1);
  run(one, 10, true);
  append(writer, {samples::destroyed(one)}, day);
  const auto released = [&](std::int64_t at) {
    return good(reader().holdings_for_allocator(samples::at(at), std::chrono::hours{1}))
        .vmids.size();
  };
  BOOST_TEST(released(day + 1) == 0U);
  const auto gone = one.of_pod(domain::pod_backup_deleted{"bak-" + name_of(one, 1), "pod_deleted"},
                               name_of(one, 1));
  append(writer, {samples::decided({gone})}, 2 * day);
  BOOST_TEST(released(2 * day + 1) == 1U);
  BOOST_TEST(released(2 * day + 2 * hour) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

// Contract 13, 17.
BOOST_FIXTURE_TEST_SUITE(watched_pods, upkeep_fixture)

BOOST_AUTO_TEST_CASE(active_pods_with_nothing_open_come_by_pages) {
  const auto one = active(1);
  const auto two = active(2);
  append(writer, {samples::ordered({"acme", 3})}, 1);
  append(writer, {queued(active(4), 100)}, 2);
  auto page = good(store.watched({}, 1));
  BOOST_REQUIRE(page.size() == 1U);
  BOOST_TEST(page.front().id.value == one.pod().value);
  BOOST_TEST(page.front().order.guest == one.guest());
  BOOST_TEST(page.front().order.node.value == "pve1");
  BOOST_TEST(!page.front().health.has_value());
  page = good(store.watched(page.front().id, 10));
  BOOST_REQUIRE(page.size() == 1U);
  BOOST_TEST(page.front().id.value == two.pod().value);
}

BOOST_AUTO_TEST_CASE(the_health_that_was_told_last_comes_along) {
  const auto one = active(1);
  domain::health_reading reading;
  reading.status = domain::health_status::warning;
  reading.power = domain::power_state::running;
  reading.reachable = true;
  append(
      writer,
      {samples::decided({one.of_pod(domain::pod_health_changed{reading}),
                         one.of_pod(domain::pod_suspended{"unpaid"}),
                         one.of_pod(domain::pod_power_changed{
                             domain::power_state::stopped, domain::power_state::stopped, false})})},
      1);
  const auto found = good(store.watched({}, 10));
  BOOST_REQUIRE(found.size() == 1U);
  BOOST_TEST((found.front().health->reading.status == reading.status));
  BOOST_TEST((found.front().health->reading.power == reading.power));
  BOOST_TEST(found.front().health->reading.reachable);
  BOOST_TEST(found.front().suspended.has_value());
  BOOST_TEST((found.front().wanted == domain::power_state::stopped));
  BOOST_TEST(verified().difference.value_or("") == "");
}

BOOST_AUTO_TEST_CASE(when_it_was_looked_at_is_no_fold_and_waits_for_nobody) {
  const auto one = active(1);
  const auto two = active(2);
  auto held = good(connection::open({.dsn = dsn, .application_name = "test", .session = {}}));
  good(held.run("BEGIN; SELECT FROM cloud_pods WHERE id = '" + one.pod().value + "' FOR UPDATE"));
  good(store.note_checked({one.pod(), two.pod()}, samples::at(7)));
  good(held.run("ROLLBACK"));
  BOOST_TEST(!good(reader().health_checked_at(one.pod())).has_value());
  BOOST_TEST((good(reader().health_checked_at(two.pod())) == samples::at(7)));
  BOOST_TEST(verified().difference.value_or("") == "");
}

BOOST_AUTO_TEST_SUITE_END()
