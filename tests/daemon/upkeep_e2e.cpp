#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/database_watch.hpp"
#include "daemon/running_daemon.hpp"

// Contract 3 ([backup], [[backup_policies]], [health]), 11, 17: what runs by the clock, on real
// parts.

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds patience{60};

/// Plan `kept` names a policy whose backups go with their pod; `[health]` is read each second.
struct clockwork {
  installation here;
  std::optional<running_daemon> daemon;
  std::optional<api_client> client;
  std::optional<database_watch> store;
  std::string id;
  int vmid = 0;

  clockwork() {
    here.set("health", "interval_s = 1");
    here.set("backup",
             "tick_s = 1\n"
             "[[backup_policies]]\nname = \"daily\"\nevery_hours = 24\nkeep_last = 1\n"
             "keep_days = 0\n"
             "[[plans]]\ncode = \"kept\"\nname = \"Kept\"\nprice_monthly = 2.0\nvcpu = 1\n"
             "ram_mb = 1024\nstorage_gb = 30\nswap_mb = 512\nbackup_policy = \"daily\"\n");
    start();
    store.emplace(here.dsn());
  }

  void start() {
    daemon.emplace(here, "daemon-" + std::to_string(++started_));
    daemon->await_serving();
    client = daemon->client("acme");
  }

  void order(const std::string& plan, const std::string& blueprint) {
    const auto ordered =
        client->post("/api/cloud-pods/order",
                     R"({"planCode":")" + plan + R"(","blueprint":")" + blueprint + R"("})");
    BOOST_TEST_REQUIRE(ordered.status == 202, ordered.text);
    succeeds(ordered.json());
    const auto pod = ordered.json().at("pod");
    id = pod.at("id").as_string();
    vmid = static_cast<int>(pod.at("vmid").as_int64());
  }
  void succeeds(const json::value& accepted) {
    const auto job = client->wait_for_job(std::string{accepted.at("job").at("id").as_string()});
    BOOST_TEST_REQUIRE(job.at("status").as_string() == "success", json::serialize(job));
  }
  json::value health() { return client->get("/api/cloud-pods/" + id + "/health").json(); }
  bool comes(const std::string& sql, const std::string& expected) {
    return store->await(sql, expected, patience);
  }
  std::string of_pod(const std::string& what, const std::string& table) const {
    return "SELECT " + what + " FROM " + table + " WHERE pod_id = '" + id + "'";
  }
  std::string told(const std::string& name) const {
    return of_pod("count(*)", "cloud_pod_events") + " AND name = '" + name + "'";
  }

private:
  int started_ = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(upkeep, clockwork)

BOOST_AUTO_TEST_CASE(a_new_pod_is_backed_up_once_and_its_backup_goes_with_it) {
  order("kept", "ubuntu-24-minimal");
  BOOST_TEST_REQUIRE(comes(told("pod.backed_up"), "1"));
  daemon->kill();
  start();
  const auto jobs = client->get("/api/cloud-pods/" + id + "/jobs").json().at("items").as_array();
  BOOST_TEST_REQUIRE(jobs.size() == 2U);
  BOOST_TEST(jobs[0].at("type").as_string() == "backup");
  BOOST_TEST(jobs[0].at("userId").is_null());
  BOOST_TEST(jobs[0].at("payload").at("policy").as_string() == "daily");
  succeeds(client->remove("/api/cloud-pods/" + id).json());
  BOOST_TEST_REQUIRE(comes(told("pod.backup_deleted"), "1"));
  BOOST_TEST(comes(of_pod("string_agg(status, ',' ORDER BY created_at)", "cloud_pod_jobs"),
                   "success,success,success,success"));
  BOOST_TEST(here.node().volumes("vzdump-backups").empty());
  BOOST_TEST(here.select(told("pod.backed_up")) == "1");
  const auto verified = here.run("verify-log");
  BOOST_TEST(verified.code == 0, verified.err << verified.out);
}

BOOST_AUTO_TEST_CASE(a_guest_that_falls_is_noticed_once_and_one_that_is_stopped_is_not_missed) {
  order("starter", "ubuntu-24-container");
  const auto status = "SELECT last_health_status FROM cloud_pods WHERE id = '" + id + "'";
  BOOST_TEST_REQUIRE(comes(status, "ok"));
  const auto first = std::string{health().at("checkedAt").as_string()};
  BOOST_TEST(here.node().wait_until([&] { return health().at("checkedAt").as_string() > first; }));
  BOOST_TEST(here.select(told("pod.health_changed")) == "1");

  BOOST_REQUIRE(here.node().run({"pct", "stop", std::to_string(vmid)}).code == 0);
  BOOST_TEST(comes(status, "critical"));
  succeeds(client->post("/api/cloud-pods/" + id + "/start", "").json());
  BOOST_TEST(comes(status, "ok"));
  succeeds(client->post("/api/cloud-pods/" + id + "/stop", "").json());
  BOOST_TEST(comes("SELECT last_health_power FROM cloud_pods WHERE id = '" + id + "'", "stopped"));
  BOOST_TEST(here.select(status) == "ok");
  BOOST_TEST(here.select(of_pod("count(*)", "cloud_pod_jobs") + " AND type = 'health'") == "0");
  const auto verified = here.run("verify-log");
  BOOST_TEST(verified.code == 0, verified.err << verified.out);
}

BOOST_AUTO_TEST_CASE(of_a_machine_on_a_host_that_is_away_nothing_is_concluded) {
  order("starter", "ubuntu-24-minimal");
  const auto row = " FROM cloud_pods WHERE id = '" + id + "'";
  BOOST_TEST_REQUIRE(comes("SELECT last_health_status" + row, "ok"));
  here.node().stop_sshd();
  here.node().kill_connections();
  BOOST_TEST_REQUIRE(daemon->await_log("\"node-down"));
  BOOST_REQUIRE(here.node().run({"qm", "stop", std::to_string(vmid)}).code == 0);
  BOOST_TEST_REQUIRE(
      comes("SELECT count(*) FROM cloud_pod_events WHERE name = 'node.unreachable'", "1"));
  BOOST_TEST(here.select("SELECT last_health_status" + row) == "ok");
  here.node().start_sshd();
  BOOST_TEST(comes("SELECT last_health_status" + row, "critical"));
  BOOST_TEST(here.select(told("pod.health_changed")) == "2");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
