#include <fstream>
#include <future>

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/chaos_site.hpp"

// Contract 16, on real parts: rules, what is posted from outside, what is applied, and lines of the
// node's log.

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

const std::string all = "/internal/focalpilot/recommendations";

struct pilot_site : chaos_site {
  accepted_work pod;

  explicit pilot_site(const std::string& automatic = "")
      : chaos_site([&](installation& here) {
          here.set("jobs", "max_attempts = 1");
          here.set("health", "interval_s = 0");
          here.set("focalpilot", "auto_apply = [" + automatic + "]");
        }) {
    start();
    pod = order("shop-1");
    BOOST_TEST_REQUIRE(end_of(pod.job) == "success");
  }

  api_client pilot() { return daemon().client("", "", "focalpilot"); }

  /// platform-spec 6.3, with the pod's own vmid and tenant.
  std::string example(int cores, int memory) const {
    return R"({"tenantId":"acme","cloudPodVmid":)" + std::to_string(pod.vmid) +
           R"(,"severity":"warning","issue":"High memory usage for last 30m",)"
           R"("recommendedActions":[{"type":"SCALE_UP","newCores":)" +
           std::to_string(cores) + R"(,"newMemoryMb":)" + std::to_string(memory) +
           R"(},{"type":"NOTIFY_TENANT","messageKey":"high_memory_usage"}]})";
  }
  std::string proposed(const std::string& body) {
    const auto posted = pilot().post(all, body);
    BOOST_TEST_REQUIRE(posted.status == 201, posted.text);
    return text_of(posted.json(), "id");
  }
  void fail_backups(int times) {
    node().add_fault(
        {.pattern = "vzdump*", .kind = "fail", .times = times, .exit = 1, .text = "job errors"});
    for (int i = 0; i < times; ++i) {
      const auto asked =
          client().post("/api/cloud-pods/" + pod.pod + "/backup", R"({"mode":"snapshot"})");
      BOOST_TEST_REQUIRE(asked.status == 202, asked.text);
      BOOST_TEST(end_of(text_of(asked.json().at("job"), "id")) == "failed");
    }
  }
  std::string count(const std::string& name) const {
    return "SELECT count(*) FROM cloud_pod_events WHERE name = '" + name + "'";
  }
  std::string status_of_row(const std::string& id) const {
    return "SELECT status FROM cloud_pod_recommendations WHERE id = '" + id + "'";
  }
  void check_log() {
    const auto verified = here().run("verify-log");
    BOOST_TEST(verified.code == 0, verified.err << verified.out);
  }
};

struct automatic_site : pilot_site {
  automatic_site() : pilot_site("\"RUN_HEALTH_CHECK\"") {}
};

/// A node with a log file; nothing else happens.
struct logging_site : chaos_site {
  static std::filesystem::path file_of(installation& here) {
    return here.node().root() / "migra-cloudpods.log";
  }
  logging_site()
      : chaos_site([](installation& here) {
          here.set("nodes", "log_file = \"" + file_of(here).string() + "\"");
        }) {
    start();
  }

  std::filesystem::path file() { return file_of(here()); }
  void write(const std::string& text) { std::ofstream{file(), std::ios::app} << text; }
  /// What was told, by its texts and its members `n`, in order.
  bool tells(const std::string& expected) {
    return store().await("SELECT string_agg(coalesce(data ->> 'text', data -> 'line' ->> 'n'), "
                         "',' ORDER BY seq) FROM cloud_pod_events WHERE name = 'node.log' AND "
                         "stream = 'node:pve1'",
                         expected, std::chrono::seconds{40});
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(focalpilot)

BOOST_FIXTURE_TEST_CASE(three_failures_in_an_hour_open_one_recommendation_across_a_kill,
                        pilot_site) {
  fail_backups(2);
  restart();
  fail_backups(1);
  BOOST_TEST(store().await(count("recommendation.opened"), "1"));
  restart();
  const auto page = client().get(all + "?status=open").json();
  BOOST_TEST_REQUIRE(page.at("items").as_array().size() == 1U, json::serialize(page));
  const auto& it = page.at("items").at(0);
  BOOST_TEST(text_of(it, "rule") == "failures.backup");
  BOOST_TEST(text_of(it, "podId") == pod.pod);
  BOOST_TEST(it.at("cloudPodVmid").as_int64() == pod.vmid);
  BOOST_TEST(it.at("evidence").as_array().size() == 3U);
  for (const auto& seq : it.at("evidence").as_array())
    BOOST_TEST(store().value("SELECT name FROM cloud_pod_events WHERE seq = " +
                             std::to_string(seq.as_int64())) == "job.failed");

  const auto id = text_of(it, "id");
  BOOST_TEST(client("other").post(all + "/" + id + "/dismiss", "").status == 404);
  const auto left = client().post(all + "/" + id + "/dismiss", R"({"reason":"known"})");
  BOOST_TEST(left.status == 200, left.text);
  BOOST_TEST(client().post(all + "/" + id + "/apply", "").status == 409);
  BOOST_TEST(store().value(count("recommendation.opened")) == "1");
  check_log();
}

// platform-spec 6.3
BOOST_FIXTURE_TEST_CASE(what_is_posted_is_applied_once_through_the_quota, pilot_site) {
  const api_client::header_list key{{"Idempotency-Key", "post-1"}};
  const auto posted = pilot().post(all, example(4, 4096), key);
  BOOST_TEST_REQUIRE(posted.status == 201, posted.text);
  const auto id = text_of(posted.json(), "id");
  const auto again = pilot().post(all, example(4, 4096), key);
  BOOST_TEST(again.text == posted.text);
  BOOST_TEST(again.headers.contains("idempotency-replayed"));
  BOOST_TEST(pilot().post(all, example(8, 4096), key).status == 422);
  const auto standing = pilot().post(all, example(4, 4096));
  BOOST_TEST(standing.status == 200);
  BOOST_TEST(text_of(standing.json(), "id") == id);

  const api_client::header_list once{{"Idempotency-Key", "apply-1"}};
  const auto applied = client().post(all + "/" + id + "/apply", "", once);
  BOOST_TEST_REQUIRE(applied.status == 202, applied.text);
  const auto jobs = applied.json().at("jobIds").as_array();
  BOOST_TEST_REQUIRE(jobs.size() == 1U);
  BOOST_TEST(end_of(std::string{jobs[0].as_string()}) == "success");
  restart();
  const auto repeated = client().post(all + "/" + id + "/apply", "", once);
  BOOST_TEST(repeated.status == 202);
  BOOST_TEST(repeated.text == applied.text);
  BOOST_TEST(client().post(all + "/" + id + "/apply", "").status == 409);
  BOOST_TEST(chaos_site::pod(pod.pod).at("cpuCores").as_int64() == 4);
  BOOST_TEST(store().value(count("recommendation.applied")) == "1");
  BOOST_TEST(store().value("SELECT count(*) FROM cloud_pod_jobs WHERE type = 'scale'") == "1");
  BOOST_TEST(store().value("SELECT data ->> 'messageKey' FROM cloud_pod_events "
                           "WHERE name = 'tenant.notified' AND stream = 'tenant:acme'") ==
             "high_memory_usage");
  const auto rebuilt = here().run("rebuild");
  BOOST_TEST(rebuilt.code == 1); // the daemon is running
  check_log();
}

BOOST_FIXTURE_TEST_CASE(a_kill_at_the_commit_of_an_application_leaves_it_applied_once, pilot_site) {
  std::string scaled = "0";
  for (const bool is_committed : {false, true}) {
    const auto id = proposed(example(is_committed ? 4 : 2, 2048));
    store().hold_pod_version(chaos_site::pod(pod.pod).at("version").as_int64() + 1);
    auto applied = std::async(std::launch::async, [&] {
      return insist("acme", all + "/" + id + "/apply", "", "apply-" + id);
    });
    BOOST_TEST(store().await_held());
    kill();
    if (is_committed)
      store().let_commit();
    else
      store().break_commit();
    start();
    const auto answer = applied.get();
    BOOST_TEST_REQUIRE(answer.status == 202, answer.text);
    const auto jobs = answer.json().at("jobIds").as_array();
    BOOST_TEST_REQUIRE(jobs.size() == 1U);
    BOOST_TEST(end_of(std::string{jobs[0].as_string()}) == "success");
    scaled = scaled == "0" ? "1" : "2";
    BOOST_TEST(store().value("SELECT count(*) FROM cloud_pod_jobs WHERE type = 'scale'") == scaled);
    BOOST_TEST(store().value(count("recommendation.applied")) == scaled);
  }
  check_log();
}

BOOST_FIXTURE_TEST_CASE(over_the_quota_it_is_refused_whole_and_stays_open, pilot_site) {
  const auto limited =
      client({}).post("/api/cloud-pods/tenants/acme/quota", R"({"maxCpuCores":2})");
  BOOST_TEST_REQUIRE(limited.status == 200, limited.text);
  const auto id = proposed(example(4, 4096));
  const auto refused = client().post(all + "/" + id + "/apply", "");
  BOOST_TEST(refused.status == 403, refused.text);
  BOOST_TEST(text_of(refused.json(), "code") == "QUOTA_EXCEEDED");
  BOOST_TEST(store().value(status_of_row(id)) == "open");
  BOOST_TEST(store().value(count("tenant.notified")) == "0");
  BOOST_TEST(daemon().client("acme", "member").post(all + "/" + id + "/apply", "").status == 403);
  check_log();
}

BOOST_FIXTURE_TEST_CASE(a_node_is_drained_and_a_tenant_flagged_by_who_may, pilot_site) {
  const auto of_node = proposed(R"({"node":"pve1","severity":"critical","issue":"overloaded",)"
                                R"("recommendedActions":[{"type":"DRAIN_NODE"}]})");
  BOOST_TEST(pilot().post(all + "/" + of_node + "/apply", "").status == 403);
  BOOST_TEST(client().post(all + "/" + of_node + "/apply", "").status == 404);
  const auto drained = client({}).post(all + "/" + of_node + "/apply", "");
  BOOST_TEST(drained.status == 200, drained.text);
  BOOST_TEST(store().value(count("node.drained")) == "1");
  const auto of_tenant = proposed(R"({"tenantId":"acme","severity":"warning","issue":"abuse",)"
                                  R"("recommendedActions":[{"type":"FLAG_TENANT"}]})");
  BOOST_TEST(pilot().post(all + "/" + of_tenant + "/apply", "").status == 200);
  BOOST_TEST(store().value(count("tenant.flagged")) == "1");
  check_log();
}

BOOST_FIXTURE_TEST_CASE(what_is_automatic_applies_itself_once_for_each_pod_and_hour,
                        automatic_site) {
  fail_backups(3);
  BOOST_TEST(store().await(count("recommendation.applied"), "1"));
  BOOST_TEST(store().await("SELECT status FROM cloud_pod_jobs WHERE type = 'health'", "success"));
  BOOST_TEST(store().value("SELECT actor FROM cloud_pod_events WHERE name = "
                           "'recommendation.applied'") == "system:focalpilot");
  restart();
  fail_backups(3);
  BOOST_TEST(store().await(count("recommendation.opened"), "2"));
  const auto id = store().value("SELECT id FROM cloud_pod_recommendations WHERE status = 'open'");
  // One more change of FocalPilot's own, after which it would have been applied.
  const auto other = proposed(example(2, 2048));
  BOOST_TEST(client().post(all + "/" + other + "/dismiss", "").status == 200);
  BOOST_TEST(store().value(status_of_row(id)) == "open");
  BOOST_TEST(store().value(count("recommendation.applied")) == "1");
  check_log();
}

BOOST_FIXTURE_TEST_CASE(lines_of_a_nodes_log_are_told_once_across_rotation_and_a_kill,
                        logging_site) {
  write("{\"n\":1,\"level\":\"error\",\"token\":\"hidden-value\"}\nno json\n");
  BOOST_TEST(tells("1,no json"));
  daemon().kill();
  write("{\"n\":2}\n");
  std::filesystem::rename(file(), file().string() + ".1");
  write("{\"n\":3}\n");
  start();
  BOOST_TEST(tells("1,no json,2,3"));
  write("{\"n\":4}\nhalf");
  BOOST_TEST(tells("1,no json,2,3,4"));
  write(" of it\n");
  BOOST_TEST(tells("1,no json,2,3,4,half of it"));
  BOOST_TEST(store().value("SELECT count(*) FROM cloud_pod_events WHERE data::text LIKE "
                           "'%hidden-value%'") == "0");
  BOOST_TEST(store().value("SELECT type FROM cloud_pod_events WHERE name = 'node.log' "
                           "ORDER BY seq LIMIT 1") == "ERROR");
  // Emptied in place, as copytruncate does.
  std::filesystem::resize_file(file(), 0);
  write("{\"n\":5}\n");
  BOOST_TEST(tells("1,no json,2,3,4,half of it,5"));
  const auto verified = here().run("verify-log");
  BOOST_TEST(verified.code == 0, verified.err << verified.out);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
