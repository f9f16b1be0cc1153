#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/running_daemon.hpp"

// Contract 6, 10, 11, 12: everything that is done to a pod that stands, on real parts.

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

constexpr auto vm_order =
    R"({"planCode":"starter","blueprint":"ubuntu-24-minimal","name":"shop-1"})";
constexpr auto ct_order =
    R"({"planCode":"starter","blueprint":"ubuntu-24-container","name":"box-1"})";

std::string text_of(const json::value& from, const char* name) {
  return std::string{from.at(name).as_string()};
}

struct standing_pod {
  installation here;
  running_daemon daemon{here};
  std::optional<api_client> client;
  std::string path;
  int vmid = 0;

  standing_pod() {
    daemon.await_serving();
    client = daemon.client("acme");
  }

  void order(const std::string& body) {
    const auto ordered = client->post("/api/cloud-pods/order", body);
    BOOST_TEST_REQUIRE(ordered.status == 202, ordered.text);
    const auto job = client->wait_for_job(text_of(ordered.json().at("job"), "id"));
    BOOST_TEST_REQUIRE(text_of(job, "status") == "success", json::serialize(job));
    vmid = static_cast<int>(ordered.json().at("pod").at("vmid").as_int64());
    path = "/api/cloud-pods/" + std::to_string(vmid);
  }

  /// The job of an accepted action, ended.
  json::value done(const std::string& method, const std::string& what, const std::string& body,
                   const api_client& by) {
    const auto asked = by.send(method, path + what, body, {});
    BOOST_TEST_REQUIRE(asked.status == 202, what << ": " << asked.text);
    return client->wait_for_job(text_of(asked.json().at("job"), "id"));
  }
  json::value done(const std::string& what, const std::string& body = {}) {
    return done("POST", what, body, *client);
  }
  void succeeds(const std::string& what, const std::string& body = {}) {
    const auto job = done(what, body);
    BOOST_TEST(text_of(job, "status") == "success", what << ": " << json::serialize(job));
  }
  int refusal(const std::string& what, const std::string& body = {}) {
    return client->post(path + what, body).status;
  }
  json::value pod() { return client->get(path).json(); }
  json::value used() { return client->get("/api/cloud-pods/my-quota").json().at("usage"); }
  std::string setting(const std::string& name) { return here.node().guest(vmid)->config.at(name); }

  void live_through_power() {
    succeeds("/stop", R"({"timeoutS":5})");
    BOOST_TEST(!here.node().guest(vmid)->running);
    BOOST_TEST(text_of(pod(), "powerState") == "stopped");
    BOOST_TEST(refusal("/reboot") == 409);
    succeeds("/start");
    succeeds("/reboot");
    BOOST_TEST(here.node().guest(vmid)->running);
    const auto operators = daemon.client("", "", "platform:admin");
    BOOST_TEST(text_of(done("POST", "/suspend", R"({"reason":"unpaid"})", operators), "status") ==
               "success");
    BOOST_TEST(!here.node().guest(vmid)->running);
    BOOST_TEST(refusal("/start") == 409);
    BOOST_TEST(operators.post(path + "/suspend", "").status == 200);
    BOOST_TEST(text_of(done("POST", "/resume", "", operators), "status") == "success");
    BOOST_TEST(here.node().guest(vmid)->running);
  }

  void live_through_scale() {
    succeeds("/scale", R"({"cpuCores":2,"memoryMb":2048,"diskGb":40,"reboot":true})");
    BOOST_TEST(setting("cores") == "2");
    BOOST_TEST(setting("memory") == "2048");
    BOOST_TEST(used().at("cpuCores").as_int64() == 2);
    BOOST_TEST(used().at("diskGb").as_int64() == 40);
    BOOST_TEST(refusal("/scale", R"({"diskGb":10})") == 422);
    BOOST_TEST(refusal("/scale", R"({"cpuCores":500})") == 403);
    BOOST_TEST(!pod().at("pendingReboot").as_bool());
  }

  void live_through_snapshots() {
    succeeds("/snapshots", R"({"name":"before","description":"as it was"})");
    BOOST_TEST(client->get(path + "/snapshots").json().at("items").as_array().size() == 1U);
    succeeds("/scale", R"({"cpuCores":1,"reboot":true})");
    succeeds("/snapshots/before/rollback");
    BOOST_TEST(setting("cores") == "1");
    BOOST_TEST(here.node().guest(vmid)->running);
    const auto job = done("DELETE", "/snapshots/before", "", *client);
    BOOST_TEST(text_of(job, "status") == "success", json::serialize(job));
    BOOST_TEST(client->get(path + "/snapshots").json().at("items").as_array().empty());
    BOOST_TEST(refusal("/snapshots/none/rollback") == 404);
  }

  void live_through_backups() {
    succeeds("/backup", R"({"mode":"snapshot"})");
    const auto backups = client->get(path + "/backups").json().at("items").as_array();
    BOOST_TEST_REQUIRE(backups.size() == 1U);
    succeeds("/restore", R"({"backupId":")" + text_of(backups[0], "id") + R"("})");
    BOOST_TEST(here.node().guest(vmid)->running);
    BOOST_TEST(text_of(pod(), "status") == "active");
    BOOST_TEST(refusal("/restore", R"({"backupId":"bak-none"})") == 404);
  }

  void live_through_looks() {
    succeeds("/sync");
    const auto health = client->get(path + "/health?refresh=true");
    BOOST_TEST_REQUIRE(health.status == 200, health.text);
    const auto job = client->wait_for_job(text_of(health.json(), "refreshJobId"));
    BOOST_TEST(text_of(job, "status") == "success", json::serialize(job));
    BOOST_TEST(text_of(client->get(path + "/health").json(), "status") == "ok");
  }

  void end_protected() {
    BOOST_TEST(client->send("PUT", path + "/protection", R"({"protected":true})", {}).status ==
               200);
    BOOST_TEST(client->remove(path).status == 409);
    BOOST_TEST(client->send("PUT", path + "/protection", R"({"protected":false})", {}).status ==
               200);
    const auto job = done("DELETE", "", "", *client);
    BOOST_TEST(text_of(job, "status") == "success", json::serialize(job));
    BOOST_TEST(!here.node().guest(vmid).has_value());
    BOOST_TEST(used().at("pods").as_int64() == 0);
    BOOST_TEST(used().at("diskGb").as_int64() == 0);
    const auto verified = here.run("verify-log");
    BOOST_TEST(verified.code == 0, verified.err << verified.out);
    BOOST_TEST(here.node().overlaps().empty());
  }

  void live() {
    live_through_power();
    live_through_scale();
    live_through_snapshots();
    live_through_backups();
    live_through_looks();
    end_protected();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(actions, standing_pod)

BOOST_AUTO_TEST_CASE(a_vm_lives_through_all_that_is_asked_of_it) {
  order(vm_order);
  live();
}

BOOST_AUTO_TEST_CASE(a_container_lives_through_all_that_is_asked_of_it) {
  order(ct_order);
  live();
}

BOOST_AUTO_TEST_CASE(a_create_that_failed_is_tried_again_as_the_same_pod) {
  here.node().add_fault({.pattern = "qm start*",
                         .kind = "fail",
                         .times = 1,
                         .exit = 1,
                         .text = "bridge 'vmbr0' does not exist"});
  const auto ordered = client->post("/api/cloud-pods/order", vm_order);
  const auto first = client->wait_for_job(text_of(ordered.json().at("job"), "id"));
  BOOST_TEST_REQUIRE(text_of(first, "status") == "failed", json::serialize(first));
  const auto again = client->post("/api/cloud-pods/jobs/" + text_of(first, "id") + "/retry", "");
  BOOST_TEST_REQUIRE(again.status == 202, again.text);
  const auto second = client->wait_for_job(text_of(again.json().at("job"), "id"));
  BOOST_TEST(text_of(second, "status") == "success", json::serialize(second));
  BOOST_TEST(text_of(second, "podId") == text_of(first, "podId"));
  BOOST_TEST(text_of(second, "retryOf") == text_of(first, "id"));
  BOOST_TEST(here.run("verify-log").code == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
