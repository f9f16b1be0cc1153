#include "persistence/platform_reader.hpp"

#include "store_fixture.hpp"

// Contract 8, 12, 18: what operators are told of all tenants together.

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

/// `acme` with a pod that is up, one that failed, one deleted, one under way; `other` with nothing.
struct platform_fixture : store_fixture {
  log_writer writer = leader();
  platform_reader store{{dsn}};
  samples::subject up{"acme", 1};
  samples::subject broken{"acme", 2};
  samples::subject gone{"acme", 3};
  samples::subject coming{"acme", 4};

  platform_fixture() {
    append(writer, {samples::tenant_made("acme"), samples::tenant_made("other")});
    for (const auto* each : {&up, &broken, &gone, &coming})
      append(writer, {samples::ordered(*each)}, 10);
    append(writer, {samples::building(up), samples::built(up)}, 20);
    append(writer, {samples::building(broken), samples::failed(broken, false)}, 30);
    append(writer, {samples::building(gone), samples::built(gone), samples::destroyed(gone)}, 40);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_platform, platform_fixture)

BOOST_AUTO_TEST_CASE(figures_count_what_is_there) {
  const auto seen = good(store.figures(samples::at(60)));
  BOOST_TEST(seen.tenants == 2);
  BOOST_TEST(seen.pods_by_status.at("active") == 1);
  BOOST_TEST(seen.pods_by_status.at("error") == 1);
  BOOST_TEST(seen.pods_by_status.at("pending") == 1);
  BOOST_TEST(!seen.pods_by_status.contains("deleted"));
  BOOST_TEST(seen.pods_by_plan.at(up.order().plan.value) == 3);
  BOOST_TEST(seen.monthly_cents == 2 * up.order().snapshot.price_monthly_cents);
  BOOST_TEST((seen.held == up.size() + coming.size()));
  BOOST_TEST(seen.queue.by_status.at("queued") == 1);
  BOOST_TEST((seen.queue.oldest_queued == samples::at(10)));
  BOOST_TEST(seen.provisioned == 2);
  BOOST_TEST(seen.jobs_failed == 1);
  BOOST_TEST(seen.last_seq == good(reader().head()).seq);
}

BOOST_AUTO_TEST_CASE(what_ended_more_than_a_day_ago_is_not_counted) {
  const auto seen = good(store.figures(samples::at(86'400 * 3)));
  BOOST_TEST(seen.provisioned == 0);
  BOOST_TEST(seen.jobs_succeeded == 0);
  BOOST_TEST(seen.jobs_failed == 0);
}

BOOST_AUTO_TEST_CASE(gauges_name_tenants_up_to_a_bound) {
  append(writer, {samples::limited("acme", 2)}, 50);
  const auto all = good(store.gauges(10));
  BOOST_TEST_REQUIRE(all.tenants.size() == 2U);
  BOOST_TEST(all.tenants[0].id.value == "acme");
  BOOST_TEST((all.tenants[0].held.used == up.size()));
  BOOST_TEST((all.tenants[0].held.reserved == coming.size()));
  BOOST_TEST(all.tenants[0].own_limits.max_pods.has_value());
  BOOST_TEST(all.tenants[0].pods_by_status.at("active") == 1);
  BOOST_TEST(all.tenants[1].pods_by_status.empty());
  BOOST_TEST(all.pods_by_status.at("error") == 1);
  const auto one = good(store.gauges(1));
  BOOST_TEST_REQUIRE(one.tenants.size() == 1U);
  BOOST_TEST(one.pods_by_status.at("active") == 1);
}

BOOST_AUTO_TEST_CASE(tenants_are_listed_page_by_page) {
  append(writer, {samples::settled("acme", 2)}, 50);
  const auto first = good(store.tenants(std::nullopt, 1));
  BOOST_TEST_REQUIRE(first.items.size() == 1U);
  BOOST_TEST(first.has_more);
  BOOST_TEST(first.items[0].id.value == "acme");
  BOOST_TEST(first.items[0].said.owner.has_value());
  const auto second = good(store.tenants(first.items[0].id, 1));
  BOOST_TEST_REQUIRE(second.items.size() == 1U);
  BOOST_TEST(!second.has_more);
  BOOST_TEST(second.items[0].id.value == "other");
  BOOST_TEST(good(store.tenants(second.items[0].id, 1)).items.empty());
}

BOOST_AUTO_TEST_CASE(fold_and_rows_of_a_tenant_agree_until_a_row_is_changed) {
  const auto differences = [&] {
    const auto sources = good(store.sources_of(domain::tenant_id{"acme"}));
    domain::tenant_state fold;
    fold.id = domain::tenant_id{"acme"};
    for (const auto& each : sources.events.events)
      domain::evolve(fold, each.event);
    // These samples commit after the pod is up, as no real pod does: its own sum is another matter.
    auto found = domain::recount(fold, sources.rows, {});
    std::erase_if(found, [](const auto& each) { return each.where == "log"; });
    return found;
  };
  BOOST_TEST(differences().empty());
  ask("UPDATE cloud_pod_quotas SET used_pods = used_pods + 1 WHERE tenant_id = 'acme'");
  const auto found = differences();
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].field == "used.pods");
}

BOOST_AUTO_TEST_CASE(a_connection_that_broke_is_made_again) {
  good(store.gauges(1));
  ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE "
      "'cloudpodsd platform%'");
  BOOST_TEST(good(store.gauges(1)).tenants.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
