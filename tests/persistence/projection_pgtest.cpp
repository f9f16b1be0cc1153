#include <set>

#include "fold_comparison.hpp"
#include "random_history.hpp"
#include "store_fixture.hpp"

using namespace cloudpods::persistence;
namespace domain = cloudpods::domain;

namespace {

struct projection_fixture : store_fixture {
  log_writer writer = leader();

  projection_fixture() { append(writer, {samples::tenant_made("acme")}); }

  std::string pod_column(const std::string& column) const {
    return ask("SELECT " + column + " FROM cloud_pods WHERE id = '" + pod.pod().value + "'");
  }
  std::string quota() const {
    return ask("SELECT used_pods || '/' || used_memory_mb || ' ' || reserved_pods || '/' || "
               "reserved_memory_mb FROM cloud_pod_quotas");
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(projected, projection_fixture)

BOOST_AUTO_TEST_CASE(an_order_is_a_pending_pod_with_its_job_and_item) {
  append(writer, {samples::ordered(pod)}, 7);
  BOOST_TEST(pod_column("status || ' ' || power_state || ' ' || host(ip_address) || ' ' || vmid") ==
             "pending unknown 10.1.0.2 100001");
  BOOST_TEST(pod_column("metadata ->> 'order'") == "42");
  BOOST_TEST(pod_column("plan_snapshot ->> 'code'") == "starter");
  BOOST_TEST(pod_column("version") == "3");
  BOOST_TEST(ask("SELECT status || ' ' || queue_item_ids::text FROM cloud_pod_jobs") ==
             "pending [\"" + pod.item().value + "\"]");
  BOOST_TEST(ask("SELECT action || ' ' || status || ' ' || retry_count FROM cloud_pod_queue") ==
             "create queued 0");
  BOOST_TEST(quota() == "0/0 1/1024");
}

BOOST_AUTO_TEST_CASE(a_running_item_is_the_pods_current_job_and_shows_its_step) {
  append(writer, {samples::ordered(pod), samples::building(pod)});
  BOOST_TEST(pod_column("status") == "provisioning");
  BOOST_TEST(pod_column("current_job_id") == pod.job().value);
  BOOST_TEST(pod_column("(provisioning_state ->> 'step') || ' ' || (provisioning_state ->> "
                        "'attempt')") == "clone 1");
  append(writer, {samples::built(pod)});
  BOOST_TEST(pod_column("status || ' ' || power_state") == "active running");
  BOOST_TEST(pod_column("current_job_id") == "NULL");
  BOOST_TEST(pod_column("provisioning_state") == "NULL");
  BOOST_TEST(ask("SELECT result ->> 'ipAddress' FROM cloud_pod_jobs") == pod.address());
  BOOST_TEST(quota() == "1/1024 0/0");
}

BOOST_AUTO_TEST_CASE(a_failed_create_holds_everything_until_it_is_cleaned) {
  append(writer, {samples::ordered(pod), samples::building(pod)});
  append(writer, {samples::failed(pod, true)});
  BOOST_TEST(pod_column("error ->> 'code'") == "CREATE_FAILED");
  BOOST_TEST(pod_column("(error ->> 'cleanupPending') || ' ' || cleanup_pending") == "true true");
  BOOST_TEST(pod_column("host(ip_address)") == pod.address());
  append(writer, {samples::cleaned(pod)});
  BOOST_TEST(pod_column("(error ->> 'cleanupPending') || ' ' || cleanup_pending") == "false false");
  BOOST_TEST(pod_column("error ->> 'message'") == "no space");
  BOOST_TEST(pod_column("ip_address") == "NULL");
  BOOST_TEST(quota() == "0/0 0/0");
  BOOST_TEST(ask("SELECT error ->> 'message' FROM cloud_pod_jobs") == "no space");
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(a_retried_create_is_the_same_pod_anew) {
  append(writer, {samples::ordered(pod), samples::building(pod), samples::failed(pod, false)}, 5);
  samples::subject again = pod;
  auto retry = samples::decided(
      {again.of_tenant(domain::quota_reserved{again.size()}), again.of_pod(again.order(), "retry"),
       again.of_pod(domain::job_queued{domain::job_type::provision, {}, {}, again.job().value},
                    "retry")});
  append(writer, {retry}, 50);
  BOOST_TEST(pod_column("status") == "pending");
  BOOST_TEST(pod_column("error") == "NULL");
  BOOST_TEST(pod_column("created_at = '2026-01-01 00:00:05Z'") == "t");
  BOOST_TEST(ask("SELECT retry_of FROM cloud_pod_jobs WHERE id = '" + pod.job("retry").value +
                 "'") == pod.job().value);
  BOOST_TEST(verified().is_whole());
}

BOOST_AUTO_TEST_CASE(a_deleted_pod_stays_with_its_vmid_and_its_end) {
  append(writer, {samples::ordered(pod), samples::building(pod), samples::built(pod)});
  append(writer, {samples::destroyed(pod)}, 99);
  BOOST_TEST(pod_column("status || ' ' || power_state || ' ' || vmid") == "deleted unknown 100001");
  BOOST_TEST(pod_column("deleted_at = '2026-01-01 00:01:39Z'") == "t");
  BOOST_TEST(quota() == "0/0 0/0");
}

BOOST_AUTO_TEST_CASE(another_vmid_replaces_the_first) {
  append(writer, {samples::ordered(pod),
                  samples::decided({pod.of_pod(domain::pod_renumbered{pod.guest(), 123'456})})});
  BOOST_TEST(pod_column("vmid") == "123456");
}

BOOST_AUTO_TEST_CASE(a_restore_mends_a_pod_in_error_and_no_other) {
  append(writer, {samples::ordered(pod), samples::building(pod), samples::built(pod)});
  auto size = pod.size();
  append(writer, {samples::lived(pod, samples::happening::restore_broke, 1, size)});
  BOOST_TEST(pod_column("status || ' ' || (error ->> 'code')") == "error RESTORE_FAILED");
  append(writer, {samples::lived(pod, samples::happening::restored, 2, size)});
  BOOST_TEST(pod_column("status || ' ' || coalesce(error::text, 'none')") == "active none");
  // All at once: what the condition asks for was set just before.
  append(writer, {samples::lived(pod, samples::happening::restore_broke, 3, size),
                  samples::lived(pod, samples::happening::rolled_back, 4, size),
                  samples::lived(pod, samples::happening::restore_broke, 5, size),
                  samples::decided({pod.of_pod(domain::pod_deleting{"no longer wanted"})}),
                  samples::lived(pod, samples::happening::restored, 6, size)});
  BOOST_TEST(pod_column("status || ' ' || (error ->> 'code')") == "deleting RESTORE_FAILED");
  BOOST_TEST(verified().difference.value_or("") == "");
  compare_with_fold(*this, "acme");
}

BOOST_AUTO_TEST_CASE(the_end_of_a_pod_ends_its_suspension_and_keeps_its_backups) {
  append(writer, {samples::ordered(pod), samples::building(pod), samples::built(pod)});
  auto size = pod.size();
  for (const auto what :
       {samples::happening::locked, samples::happening::suspended, samples::happening::ill,
        samples::happening::scaled, samples::happening::backed_up})
    append(writer, {samples::lived(pod, what, static_cast<int>(what), size)}, 9);
  BOOST_TEST(pod_column("suspend_reason || ' ' || protected || ' ' || pending_reboot") ==
             "unpaid true true");
  append(writer, {samples::destroyed(pod, size)});
  BOOST_TEST(pod_column("suspended_at IS NULL AND suspend_reason IS NULL AND NOT protected AND "
                        "NOT pending_reboot AND last_health_status IS NULL") == "t");
  BOOST_TEST(pod_column("last_backup_at = '2026-01-01 00:00:09Z'") == "t");
  BOOST_TEST(ask("SELECT status || ' ' || storage FROM cloud_pod_backups") == "available backups");
  BOOST_TEST(ask("SELECT result ->> 'backupId' FROM cloud_pod_jobs WHERE type = 'backup'") ==
             ask("SELECT id FROM cloud_pod_backups"));
  compare_with_fold(*this, "acme");
}

BOOST_AUTO_TEST_CASE(an_archive_made_again_under_its_id_replaces_the_first) {
  append(writer, {samples::ordered(pod), samples::building(pod), samples::built(pod)});
  const auto made = [&](const std::string& volume) {
    return pod.of_pod(domain::pod_backed_up{"bak-1", {volume, 7}, {}, false}, "destroy");
  };
  append(writer, {samples::decided({made("a:one")}), samples::decided({made("b:two")})});
  append(writer, {samples::decided({made("b:three")})});
  BOOST_TEST(ask("SELECT storage || ' ' || volume FROM cloud_pod_backups") == "b b:three");
  BOOST_TEST(verified().difference.value_or("") == "");
}

BOOST_AUTO_TEST_CASE(random_lives_are_projected_as_the_domain_folds_them) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    store_fixture fresh;
    auto lead = fresh.leader();
    random_history history{seed};
    for (std::int64_t i = 0; i < 40; ++i)
      for (const auto& each : store_fixture::append(lead, history.next(8), i))
        seen.emplace(domain::event_name(each.event.payload));
    BOOST_TEST(fresh.verified().difference.value_or("") == "");
    for (const auto& tenant : history.tenants())
      compare_with_fold(fresh, tenant);
  }
  for (const std::string name :
       {"tenant.updated", "quota.changed", "pod.scaled", "pod.power_changed", "pod.backed_up",
        "pod.backup_deleted", "pod.restored", "pod.rolled_back", "pod.snapshot_created",
        "pod.snapshot_deleted", "pod.health_changed", "pod.synced", "pod.protected",
        "pod.unprotected", "pod.suspended", "pod.resumed", "pod.deleted"})
    BOOST_TEST(seen.contains(name), name);
}

BOOST_AUTO_TEST_SUITE_END()
