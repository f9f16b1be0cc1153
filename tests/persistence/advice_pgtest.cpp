#include "persistence/advice_store.hpp"

#include "store_fixture.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t day = 24 * 60 * minute;

struct advice_fixture : store_fixture {
  log_writer writer = leader();
  advice_store store{dsn};

  advice_fixture() { append(writer, {samples::tenant_made("acme")}); }

  samples::subject active(int number, std::int64_t at = 0) {
    const samples::subject made{"acme", number};
    append(writer, {samples::ordered(made), samples::building(made), samples::built(made)}, at);
    return made;
  }
  domain::recommendation_wish wish(const samples::subject& of, const std::string& rule) const {
    domain::recommendation_wish made;
    made.rule = rule;
    made.about = {domain::tenant_id{"acme"}, of.pod(), of.guest(), std::nullopt};
    made.issue = "busy";
    made.actions = {{domain::advice::scale_up, 4, 4096, {}},
                    {domain::advice::notify_tenant, {}, {}, "busy"}};
    made.evidence = {1, 2};
    return made;
  }
  void opens(const domain::recommendation_wish& what, const std::string& id) {
    append(writer, {samples::decided({domain::open_recommendation(what, id)})});
  }
  domain::guest_load load(const samples::subject& of, bool high, bool idle) const {
    return {of.guest(), of.order().node, high, idle};
  }
};

} // namespace

// Contract 13, 16.
BOOST_FIXTURE_TEST_SUITE(advice_in_the_store, advice_fixture)

BOOST_AUTO_TEST_CASE(a_recommendation_is_a_row_that_its_events_fold) {
  const auto shop = active(1);
  opens(wish(shop, "outside.busy"), "rec-1");
  const auto open = good(store.find("rec-1")).value();
  BOOST_TEST((open.status == domain::recommendation_status::open));
  BOOST_TEST(open.subject == "pod:" + shop.pod().value);
  BOOST_TEST((open.actions == wish(shop, "x").actions));
  BOOST_TEST((open.evidence == std::vector<std::int64_t>{1, 2}));
  BOOST_TEST(good(store.open()).size() == 1U);

  append(writer, {samples::decided({domain::apply_recommendation(
                     open, {domain::job_id{"job-1"}, domain::job_id{"job-2"}}, true)})});
  const auto applied = good(store.find("rec-1")).value();
  BOOST_TEST((applied.status == domain::recommendation_status::applied));
  BOOST_TEST(applied.jobs.size() == 2U);
  BOOST_TEST(applied.automatic);
  BOOST_TEST(good(store.open()).empty());
  BOOST_TEST(verified().is_whole());
  writer.resign();
  BOOST_TEST(ask("UPDATE cloud_pod_recommendations SET issue = 'else'").empty());
  BOOST_TEST(!verified().is_whole());
  while (!rebuild(dsn)) {
  }
  BOOST_TEST(verified().is_whole());
  BOOST_TEST(good(store.find("rec-1")).value().jobs.size() == 2U);
}

BOOST_AUTO_TEST_CASE(two_that_are_open_for_one_rule_and_subject_are_refused_by_the_store) {
  const auto shop = active(1);
  opens(wish(shop, "outside.busy"), "rec-1");
  const auto again = settled(writer.append(
      {samples::decided({domain::open_recommendation(wish(shop, "outside.busy"), "rec-2")})},
      samples::at(1)));
  BOOST_TEST(!again.at(0).has_value());
}

BOOST_AUTO_TEST_CASE(the_log_is_followed_in_order_with_nothing_left_out) {
  const samples::subject shop{"acme", 1};
  append(writer, {samples::ordered(shop), samples::building(shop), samples::failed(shop, false)});
  opens(wish(shop, "outside.busy"), "rec-1");
  const auto all = good(store.follow(0));
  BOOST_TEST_REQUIRE(all.facts.size() == 2U);
  const auto& failure = std::get<domain::job_failure>(all.facts[0]);
  BOOST_TEST((failure.kind == domain::job_type::provision));
  BOOST_TEST(failure.node.value == shop.order().node.value);
  BOOST_TEST(failure.pod.value == shop.pod().value);
  BOOST_TEST(std::get<domain::event>(all.facts[1]).seq == all.head);
  BOOST_TEST(all.looked_up_to == all.head);
  BOOST_TEST(good(store.follow(failure.seq)).facts.size() == 1U);
  BOOST_TEST(good(store.follow(all.head)).facts.empty());
  BOOST_TEST(good(store.seq_before(samples::at(0))) == 0);
  BOOST_TEST(good(store.seq_before(samples::at(day))) == all.head);
}

BOOST_AUTO_TEST_CASE(lists_are_of_a_tenant_newest_first_and_in_pages) {
  const auto shop = active(1);
  for (const auto* each : {"1", "2", "3"})
    opens(wish(shop, std::string{"outside."} + each), std::string{"rec-"} + each);
  recommendation_filter which;
  which.limit = 2;
  const auto page = good(store.list(which));
  BOOST_TEST_REQUIRE(page.size() == 3U);
  BOOST_TEST(page[0].id == "rec-3");
  which.before = "rec-2";
  BOOST_TEST(good(store.list(which)).size() == 1U);
  which.tenant = domain::tenant_id{"other"};
  BOOST_TEST(good(store.list(which)).empty());
  which = {};
  which.statuses = {domain::recommendation_status::applied};
  BOOST_TEST(good(store.list(which)).empty());
}

BOOST_AUTO_TEST_CASE(a_pod_is_told_once_it_was_busy_all_the_time_and_idle_for_a_week) {
  const auto busy = active(1);
  const auto idle = active(2);
  for (std::int64_t at = 0; at <= 30 * minute; at += 5 * minute)
    good(store.note_loads({load(busy, true, false), load(idle, false, true)}, samples::at(at)));
  BOOST_TEST(good(store.loaded(samples::at(29 * minute))).empty());
  const auto found = good(store.loaded(samples::at(30 * minute)));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].high);
  BOOST_TEST(found[0].pod.value == busy.pod().value);

  good(store.note_loads({load(busy, false, false)}, samples::at(31 * minute)));
  BOOST_TEST(good(store.loaded(samples::at(day))).empty());
  for (std::int64_t at = day; at <= 8 * day; at += day / 2)
    good(store.note_loads({load(idle, false, true)}, samples::at(at)));
  const auto later = good(store.loaded(samples::at(8 * day)));
  BOOST_TEST_REQUIRE(later.size() == 1U);
  BOOST_TEST(!later[0].high);
}

BOOST_AUTO_TEST_CASE(a_silence_breaks_what_was_high) {
  const auto busy = active(1);
  good(store.note_loads({load(busy, true, false)}, samples::at(0)));
  good(store.note_loads({load(busy, true, false)}, samples::at(25 * minute)));
  BOOST_TEST(good(store.loaded(samples::at(40 * minute))).empty());
  BOOST_TEST(good(store.loaded(samples::at(55 * minute))).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_backup_is_overdue_after_twice_its_time) {
  const auto shop = active(1);
  const std::vector<upkeep_rule> plans{{"starter", 24, 7}};
  BOOST_TEST(good(store.overdue(plans, {}, samples::at(2 * day - 1))).empty());
  const auto found = good(store.overdue(plans, {}, samples::at(2 * day + minute)));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].pod.value == shop.pod().value);
  BOOST_TEST(good(store.overdue({}, {}, samples::at(9 * day))).empty());
}

BOOST_AUTO_TEST_CASE(a_pod_is_unhealthy_once_two_more_checks_found_it_so) {
  const auto shop = active(1);
  domain::health_reading found;
  found.status = domain::health_status::critical;
  append(writer, {samples::decided({shop.of_pod(domain::pod_health_changed{found})})});
  const auto checked_after = [&](const std::string& seconds) {
    ask("UPDATE cloud_pods SET last_health_checked = (SELECT created_at FROM cloud_pod_events "
        "WHERE name = 'pod.health_changed') + interval '" +
        seconds + " seconds'");
    return good(store.unhealthy(std::chrono::seconds{300}));
  };
  BOOST_TEST(checked_after("310").empty());
  const auto all = checked_after("601");
  BOOST_TEST_REQUIRE(all.size() == 1U);
  BOOST_TEST(all[0].pod.value == shop.pod().value);
  BOOST_TEST(ask("SELECT name FROM cloud_pod_events WHERE seq = " +
                 std::to_string(all[0].since_seq)) == "pod.health_changed");
}

BOOST_AUTO_TEST_CASE(recommendations_about_a_pod_that_is_deleted_are_found) {
  const auto shop = active(1);
  opens(wish(shop, "outside.busy"), "rec-1");
  BOOST_TEST(good(store.about_deleted()).empty());
  append(writer, {samples::destroyed(shop)});
  BOOST_TEST((good(store.about_deleted()) == std::vector<std::string>{"rec-1"}));
}

BOOST_AUTO_TEST_SUITE_END()
