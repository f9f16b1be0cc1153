#include "random_history.hpp"
#include "store_fixture.hpp"

using namespace cloudpods::persistence;

namespace {

struct verify_fixture : store_fixture {
  log_writer writer = leader();

  verify_fixture() {
    append(writer, {samples::tenant_made("acme"), samples::ordered(pod), samples::building(pod),
                    samples::built(pod)});
  }

  void check_found(const std::string& what) const {
    const auto report = verified();
    BOOST_REQUIRE(report.difference.has_value());
    BOOST_TEST(report.difference->starts_with(what), *report.difference);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(verifying, verify_fixture)

BOOST_AUTO_TEST_CASE(a_whole_log_is_whole_beside_a_running_writer) {
  const auto report = verified();
  BOOST_TEST(report.is_whole());
  BOOST_TEST(report.head == writer.head().seq);
}

BOOST_AUTO_TEST_CASE(an_empty_log_is_whole) {
  store_fixture empty;
  BOOST_TEST(empty.verified().is_whole());
}

BOOST_AUTO_TEST_CASE(an_edited_event_is_found) {
  tamper("UPDATE cloud_pod_events SET message = 'forged' WHERE seq = 4");
  check_found("event 4: its hash");
}

BOOST_AUTO_TEST_CASE(an_event_edited_only_in_spacing_is_found) {
  tamper("UPDATE cloud_pod_events SET data = (data::text || ' ')::json WHERE seq = 4");
  check_found("event 4: its hash");
}

BOOST_AUTO_TEST_CASE(a_time_changed_by_a_microsecond_is_found) {
  tamper("UPDATE cloud_pod_events SET created_at = created_at + '1 microsecond' WHERE seq = 4");
  check_found("event 4: its hash");
}

BOOST_AUTO_TEST_CASE(a_deleted_event_is_found) {
  tamper("DELETE FROM cloud_pod_events WHERE seq = 4");
  check_found("event 4 is missing");
}

BOOST_AUTO_TEST_CASE(a_deleted_tail_is_found) {
  tamper("DELETE FROM cloud_pod_events WHERE seq > 12");
  check_found("the head says 14, the last event is 12");
}

BOOST_AUTO_TEST_CASE(an_inserted_event_is_found) {
  tamper("INSERT INTO cloud_pod_events SELECT 15, id, stream, 99, tenant_id, 15, pod_id, vmid, "
         "job_id, type, name, version, message, data, actor, request_id, created_at, hash FROM "
         "cloud_pod_events WHERE seq = 14");
  check_found("event 15: its hash");
}

BOOST_AUTO_TEST_CASE(swapped_events_are_found) {
  tamper("UPDATE cloud_pod_events SET seq = 1000 WHERE seq = 4; "
         "UPDATE cloud_pod_events SET seq = 4 WHERE seq = 5; "
         "UPDATE cloud_pod_events SET seq = 5 WHERE seq = 1000");
  check_found("event 4: its hash");
}

BOOST_AUTO_TEST_CASE(a_wrong_head_is_found) {
  ask("UPDATE cloud_pod_log_head SET hash = decode(repeat('ab', 32), 'hex')");
  check_found("the head's hash");
}

BOOST_AUTO_TEST_CASE(a_wrong_checkpoint_is_found) {
  ask("UPDATE cloud_pod_log_checkpoint SET seq = 3");
  check_found("the checkpoint at 3");
  BOOST_TEST(!good(check_tail(dsn)).is_whole());
}

BOOST_AUTO_TEST_CASE(a_wrong_list_of_names_is_found) {
  ask("DELETE FROM cloud_pod_event_names WHERE name = 'pod.active'");
  check_found("cloud_pod_event_names pod.active");
}

BOOST_AUTO_TEST_CASE(every_wrong_projection_is_found) {
  const std::vector<std::pair<std::string, std::string>> harm{
      {"UPDATE cloud_pods SET ip_address = '10.9.9.9'", "cloud_pods"},
      {"UPDATE cloud_pods SET suspended_at = now()", "cloud_pods"},
      {"DELETE FROM cloud_pod_queue", "cloud_pod_queue"},
      {"UPDATE cloud_pod_jobs SET status = 'failed'", "cloud_pod_jobs"},
      {"UPDATE cloud_pod_quotas SET used_pods = 7", "cloud_pod_quotas acme: used_pods is 7 instead "
                                                    "of 1"},
      {"INSERT INTO cloud_pod_tenants (id, name, created_at, updated_at) VALUES ('ghost', 'g', "
       "now(), now())",
       "cloud_pod_tenants ghost: the table has this row"}};
  for (const auto& [sql, what] : harm) {
    BOOST_TEST(ask(sql).empty());
    check_found(what);
    writer.resign();
    while (true) {
      const auto done = rebuild(dsn);
      if (done)
        break;
      BOOST_REQUIRE(done.error().kind == fault_kind::busy);
    }
    BOOST_TEST(verified().is_whole());
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_fold_is_not_looked_at_and_outlives_a_rebuild) {
  ask("UPDATE cloud_pods SET last_health_checked = '2026-01-02Z'");
  BOOST_TEST(verified().is_whole());
  writer.resign();
  while (!rebuild(dsn)) {
  }
  BOOST_TEST(ask("SELECT last_health_checked IS NOT NULL FROM cloud_pods") == "t");
}

BOOST_AUTO_TEST_CASE(a_rebuild_beside_a_running_daemon_is_refused) {
  const auto refused = rebuild(dsn);
  BOOST_REQUIRE(!refused);
  BOOST_CHECK(refused.error().kind == fault_kind::busy);
  BOOST_TEST(refused.error().message == "the daemon is running");
}

BOOST_AUTO_TEST_CASE(a_rebuild_of_a_broken_log_changes_nothing) {
  tamper("UPDATE cloud_pod_events SET message = 'forged' WHERE seq = 4");
  ask("UPDATE cloud_pods SET name = 'kept'");
  writer.resign();
  auto refused = rebuild(dsn);
  while (refused.error().kind == fault_kind::busy)
    refused = rebuild(dsn);
  BOOST_TEST(refused.error().message.starts_with("event 4"));
  BOOST_TEST(ask("SELECT name FROM cloud_pods") == "kept");
}

BOOST_AUTO_TEST_CASE(a_start_checks_only_what_came_since_the_last) {
  auto first = good(check_tail(dsn));
  BOOST_TEST(first.is_whole());
  BOOST_TEST(first.checked_from == 1);
  BOOST_TEST(ask("SELECT seq FROM cloud_pod_log_checkpoint") == "14");
  append(writer, {samples::destroyed(pod)});
  const auto second = good(check_tail(dsn));
  BOOST_TEST(second.checked_from == 15);
  BOOST_TEST(second.is_whole());
  tamper("UPDATE cloud_pod_events SET message = 'forged' WHERE seq = 4");
  BOOST_TEST(good(check_tail(dsn)).is_whole());
  append(writer, {samples::tenant_made("late")});
  tamper("UPDATE cloud_pod_events SET message = 'forged' WHERE seq = 24");
  BOOST_TEST(!good(check_tail(dsn)).is_whole());
}

BOOST_AUTO_TEST_CASE(an_unknown_event_stops_the_start_with_its_seq_named) {
  for (const std::string row : {"('pod.from_the_future', 1, 8)", "('pod.active', 2, 8)"}) {
    writer.resign();
    ask("DELETE FROM cloud_pod_event_names WHERE first_seq = 8; INSERT INTO cloud_pod_event_names "
        "VALUES " +
        row);
    log_writer next{{.dsn = dsn, .random = samples::random_bits()}};
    auto refused = next.take_lead();
    while (refused && !refused->leading)
      refused = next.take_lead();
    BOOST_REQUIRE(!refused);
    BOOST_CHECK(refused.error().kind == fault_kind::unusable);
    BOOST_TEST(refused.error().message.starts_with("event 8 is \"pod."));
  }
}

BOOST_AUTO_TEST_SUITE_END()
