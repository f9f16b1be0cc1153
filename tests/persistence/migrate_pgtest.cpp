#include <future>

#include "store_fixture.hpp"
#include "support/postgres_server.hpp"

using namespace cloudpods::persistence;

namespace {

std::string empty_database() {
  // Not a copy of the migrated template.
  auto& server = cloudpods::support::shared_postgres();
  static int count = 0;
  const auto name = "empty_" + std::to_string(++count);
  server.execute("CREATE DATABASE " + name + " TEMPLATE template0");
  return server.dsn(name);
}

} // namespace

BOOST_AUTO_TEST_SUITE(migrating)

BOOST_AUTO_TEST_CASE(a_second_time_changes_nothing) {
  store_fixture store;
  const auto controller = store.ask("SELECT controller_id FROM cloud_pod_log_head");
  const auto steps = store.ask("SELECT string_agg(version::text, ',' ORDER BY version) FROM "
                               "cloud_pod_schema_migrations");
  const auto version = good(migrate(store.dsn));
  BOOST_TEST(good(migrate(store.dsn)) == version);
  BOOST_TEST(store.ask("SELECT string_agg(version::text, ',' ORDER BY version) FROM "
                       "cloud_pod_schema_migrations") == steps);
  BOOST_TEST(store.ask("SELECT controller_id FROM cloud_pod_log_head") == controller);
}

BOOST_AUTO_TEST_CASE(from_several_processes_at_once_it_is_done_once) {
  const auto dsn = empty_database();
  std::vector<std::future<stored<int>>> all;
  for (int i = 0; i < 4; ++i)
    all.push_back(std::async(std::launch::async, [&] { return migrate(dsn); }));
  for (auto& each : all)
    good(each.get());
  BOOST_TEST(good(verify_log(dsn)).is_whole());
}

BOOST_AUTO_TEST_CASE(tables_from_before_a_column_was_a_fold_equal_it_afterwards) {
  store_fixture store;
  auto writer = store.leader();
  const samples::subject pending{"acme", 2};
  store.append(writer, {samples::tenant_made("acme"), samples::ordered(store.pod),
                        samples::ordered(pending), samples::building(store.pod),
                        samples::built(store.pod)});
  auto size = store.pod.size();
  store.append(writer, {samples::lived(store.pod, samples::happening::ill, 1, size)});
  // As version 3 left it.
  BOOST_TEST(store
                 .ask("DROP TABLE cloud_pod_backups, cloud_pod_users, cloud_pod_expiry, "
                      "cloud_pod_deployments, cloud_pod_recommendations, cloud_pod_loads, "
                      "cloud_pod_drift; "
                      "ALTER TABLE cloud_pod_idempotency DROP COLUMN deployment_id; "
                      "DROP INDEX cloud_pod_jobs_finished, cloud_pod_events_of_nodes; "
                      "ALTER TABLE cloud_pod_tenants DROP COLUMN owner_id; "
                      "ALTER TABLE cloud_pods ALTER COLUMN power_wanted DROP DEFAULT; "
                      "UPDATE cloud_pods SET power_wanted = NULL; "
                      "ALTER TABLE cloud_pods DROP COLUMN last_health_power, "
                      "DROP COLUMN last_health_reachable; "
                      "DELETE FROM cloud_pod_schema_migrations WHERE version >= 4")
                 .empty());
  good(migrate(store.dsn));
  BOOST_TEST(store.verified().difference.value_or("") == "");
}

BOOST_AUTO_TEST_CASE(a_schema_of_a_newer_program_is_refused) {
  store_fixture store;
  store.ask("INSERT INTO cloud_pod_schema_migrations (version, name) VALUES (999, 'later')");
  const auto refused = migrate(store.dsn);
  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().kind == fault_kind::unusable);
}

BOOST_AUTO_TEST_CASE(the_controllers_id_is_short_and_lower_case) {
  store_fixture store;
  BOOST_TEST(store.ask("SELECT controller_id ~ '^[a-z0-9]{6,12}$' FROM cloud_pod_log_head") == "t");
}

BOOST_AUTO_TEST_CASE(without_a_schema_nothing_can_be_written_or_verified) {
  const auto dsn = empty_database();
  log_writer writer{{.dsn = dsn, .random = samples::random_bits()}};
  const auto lead = writer.take_lead();
  BOOST_REQUIRE(!lead);
  BOOST_CHECK(lead.error().kind == fault_kind::unusable);
  BOOST_TEST(!verify_log(dsn).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(append_only, store_fixture)

BOOST_AUTO_TEST_CASE(the_log_refuses_update_delete_and_truncate_even_to_its_owner) {
  auto writer = leader();
  append(writer, {samples::tenant_made("acme")});
  const std::string refused = "42501";
  BOOST_TEST(ask("UPDATE cloud_pod_events SET message = 'x'") == refused);
  BOOST_TEST(ask("UPDATE cloud_pod_events SET message = 'x' WHERE false") == refused);
  BOOST_TEST(ask("DELETE FROM cloud_pod_events") == refused);
  BOOST_TEST(ask("TRUNCATE cloud_pod_events") == refused);
  BOOST_TEST(ask("TRUNCATE cloud_pod_events CASCADE") == refused);
  BOOST_TEST(ask("SET session_replication_role = replica; DELETE FROM cloud_pod_events") ==
             refused);
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_SUITE_END()
