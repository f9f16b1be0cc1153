#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "wire/offer_json.hpp"
#include "wire/pod_views_json.hpp"
#include "wire/views_json.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;

namespace json = boost::json;

namespace {

const domain::instant noon{std::chrono::milliseconds{1'767'268'800'000}};

domain::pod checked_pod() {
  domain::pod pod;
  pod.health.emplace();
  pod.health->changed_at = noon;
  auto& reading = pod.health->reading;
  reading.status = domain::health_status::warning;
  reading.power = domain::power_state::running;
  reading.reachable = true;
  reading.cpu_percent = 91;
  reading.uptime_s = 60;
  reading.agent = false;
  return pod;
}

template <class Write>
std::string written(Write write) {
  json_writer out;
  write(out);
  return out.take();
}

} // namespace

// Contract 6.
BOOST_AUTO_TEST_SUITE(views_of_a_pods_sides)

BOOST_AUTO_TEST_CASE(a_pod_shows_what_was_done_to_it) {
  auto pod = checked_pod();
  pod.suspended = domain::suspension{noon, "unpaid"};
  pod.is_protected = true;
  pod.pending_reboot = true;
  pod.last_backup_at = noon;
  const auto shown = json::parse(pod_json(pod));
  BOOST_TEST(json::serialize(shown.at("suspended")) ==
             R"({"at":"2026-01-01T12:00:00.000Z","reason":"unpaid"})");
  BOOST_TEST(shown.at("protected").as_bool());
  BOOST_TEST(shown.at("pendingReboot").as_bool());
  BOOST_TEST(json::serialize(shown.at("health")) == R"({"status":"warning"})");
  BOOST_TEST(shown.at("lastBackupAt").as_string() == "2026-01-01T12:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(health_shows_what_was_read) {
  BOOST_TEST(health_json(checked_pod(), std::nullopt, domain::job_id{"job-7"}) ==
             R"({"status":"warning","checkedAt":"2026-01-01T12:00:00.000Z","poweredOn":true,)"
             R"("reachable":true,"checks":{"cpu":91,"memory":null,"disk":null,"uptimeS":60,)"
             R"("agent":false},"refreshJobId":"job-7"})");
}

BOOST_AUTO_TEST_CASE(health_that_nobody_read_is_unknown) {
  domain::pod pod;
  BOOST_TEST(health_json(pod, std::nullopt, std::nullopt) ==
             R"({"status":"unknown","checkedAt":null,"poweredOn":null,"reachable":null,)"
             R"("checks":{"cpu":null,"memory":null,"disk":null,"uptimeS":null,"agent":null}})");
  pod.power = domain::power_state::stopped;
  BOOST_TEST(!json::parse(health_json(pod, std::nullopt, std::nullopt)).at("poweredOn").as_bool());
}

BOOST_AUTO_TEST_CASE(backups_and_snapshots_have_the_members_of_the_contract) {
  domain::pod_backup backup;
  backup.id = "bak-1";
  backup.archive = {"store:backup/a.zst", 7};
  backup.created_at = noon;
  BOOST_TEST(written([&](json_writer& out) { write_backup(out, backup, std::nullopt); }) ==
             R"({"id":"bak-1","volume":"store:backup/a.zst","sizeBytes":7,"mode":"snapshot",)"
             R"("createdAt":"2026-01-01T12:00:00.000Z","expiresAt":null})");
  const domain::pod_snapshot_entry snapshot{"s-1", "before", noon};
  BOOST_TEST(written([&](json_writer& out) { write_snapshot(out, snapshot); }) ==
             R"({"name":"s-1","description":"before","createdAt":"2026-01-01T12:00:00.000Z"})");
}

BOOST_AUTO_TEST_CASE(a_blueprint_names_nothing_of_the_hosts) {
  domain::blueprint blueprint;
  blueprint.code = domain::blueprint_code{"ubuntu"};
  blueprint.default_node = domain::node_name{"pve1"};
  blueprint.template_vmid = 9100;
  const auto text = written([&](json_writer& out) { write_blueprint(out, blueprint); });
  BOOST_TEST(text.find("pve1") == std::string::npos);
  BOOST_TEST(text.find("9100") == std::string::npos);
  BOOST_TEST(json::parse(text).at("kind").as_string() == "template");
}

// Contract 8.
BOOST_AUTO_TEST_CASE(a_tenant_shows_null_for_what_was_never_said) {
  domain::tenant_updated said;
  said.name = "Shop";
  said.owner = domain::tenant_owner{"u-1", "a@b.c", ""};
  BOOST_TEST(tenant_json(domain::tenant_id{"T"}, said, noon) ==
             R"({"id":"T","name":"Shop","slug":null,"planId":null,)"
             R"("owner":{"id":"u-1","email":"a@b.c","name":""},"region":null,)"
             R"("createdAt":"2026-01-01T12:00:00.000Z"})");
}

BOOST_AUTO_TEST_SUITE_END()
