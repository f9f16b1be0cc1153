#include <algorithm>

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/stack_site.hpp"

// Contract 15 and platform-spec 8.2, on real parts: the daemon, Postgres, sshd and a simulated
// node.

namespace cloudpods::tests {

namespace {

struct deployed_stacks : stack_site {
  deployed_stacks() {
    start();
    put_word_press();
  }

  std::string status_of_deployment(const accepted_stack& of) {
    return text_of(deployment(of.deployment), "status");
  }
  std::string deploy_refused(const std::string& path, int status) {
    const auto answer = client().post(path, {});
    BOOST_TEST(answer.status == status, answer.text);
    return text_of(answer.json(), "code");
  }
  void leave_nothing(const accepted_stack& of) {
    for (const auto& each : of.pods)
      BOOST_TEST(status_of(each) == "deleted");
    BOOST_TEST(held() == "0 0 0 0");
    BOOST_TEST(node().guests().size() == 2U, "only the templates stand");
    BOOST_TEST(broken_invariants(*this) == "");
  }
  /// The create of the stack's `app` fails for good.
  void break_app() {
    node().add_fault({.pattern = "cloudpod-create.sh*wp-app*",
                      .kind = "fail",
                      .times = -1,
                      .exit = 1,
                      .text = "Cannot allocate memory"});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stacks, deployed_stacks)

BOOST_AUTO_TEST_CASE(a_wordpress_stack_comes_up_its_database_first) {
  const auto made = deploy();
  BOOST_TEST_REQUIRE(made.pods.size() == 2U);
  BOOST_TEST(end_of(made.job) == "success");
  BOOST_TEST(status_of_deployment(made) == "deployed");
  const auto app = pod(made.pods[0]);
  const auto db = pod(made.pods[1]);
  BOOST_TEST(text_of(app, "hostname") == "wp-app-acme");
  BOOST_TEST(text_of(app, "status") == "active");
  BOOST_TEST(app.at("memoryMb").as_int64() == 2048);
  BOOST_TEST(text_of(db, "hostname") == "wp-db-acme");
  BOOST_TEST(held() == "2 3 3072 16");

  const auto vmid_of = [](const boost::json::value& of) {
    return std::to_string(of.at("vmid").as_int64());
  };
  const std::vector<std::string> expected{
      "stack-task.sh wordpress " + vmid_of(app) + " " + text_of(db, "ipAddress"),
      "stack-task.sh database " + vmid_of(db),
      "stack-task.sh dns " + text_of(app, "ipAddress") + " acme"};
  BOOST_TEST(tasks() == expected, boost::test_tools::per_element());
  BOOST_TEST(
      store().value("SELECT (SELECT seq FROM cloud_pod_events WHERE stream = 'pod:" + made.pods[1] +
                    "' AND name = 'pod.active') < "
                    "(SELECT seq FROM cloud_pod_events WHERE stream = 'pod:" +
                    made.pods[0] + "' AND name = 'item.queued' ORDER BY seq LIMIT 1)") == "t");

  const auto ended = job(made.job);
  BOOST_TEST(text_of(ended, "type") == "STACK");
  BOOST_TEST(ended.at("cloudPodId").is_null());
  BOOST_TEST(ended.at("queueItems").as_array().size() == 5U);
  BOOST_TEST(text_of(ended.at("result"), "output").find("argument dns") != std::string::npos);
  BOOST_TEST(store().value("SELECT jsonb_array_length(queue_item_ids) FROM cloud_pod_jobs "
                           "WHERE id = '" +
                           made.job + "'") == "5");
  BOOST_TEST(store().value("SELECT concat_ws(' ', kind, definition ->> 'version') FROM "
                           "cloud_pod_blueprints WHERE code = 'wordpress'") == "stack 1");

  const auto gone = destroy_stack(made.deployment);
  BOOST_TEST(end_of(gone.job) == "success");
  BOOST_TEST(status_of_deployment(made) == "destroyed");
  leave_nothing(made);
}

BOOST_AUTO_TEST_CASE(a_second_pod_that_fails_leaves_nothing_behind) {
  break_app();
  const auto made = deploy();
  BOOST_TEST(end_of(made.job) == "failed");
  BOOST_TEST(status_of_deployment(made) == "failed");
  const auto ended = job(made.job);
  BOOST_TEST(text_of(ended, "errorCode") == "CREATE_FAILED");
  BOOST_TEST(text_of(ended, "error").find("wp-app-acme") != std::string::npos);
  leave_nothing(made);
}

BOOST_AUTO_TEST_CASE(keep_leaves_the_pod_that_is_active) {
  break_app();
  const auto made = deploy("acme", R"({"onFailure":"keep"})");
  BOOST_TEST(end_of(made.job) == "failed");
  BOOST_TEST(status_of(made.pods[0]) == "deleted");
  BOOST_TEST(status_of(made.pods[1]) == "active");
  BOOST_TEST(held() == "1 1 1024 8");
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_task_that_fails_is_a_failure_of_the_stack) {
  node().add_fault({.pattern = "stack-task.sh database*",
                    .kind = "fail",
                    .times = -1,
                    .exit = 3,
                    .text = "no route to host"});
  const auto made = deploy();
  BOOST_TEST(end_of(made.job) == "failed");
  BOOST_TEST(text_of(job(made.job), "errorCode") == "POST_CREATE_FAILED");
  leave_nothing(made);
}

BOOST_AUTO_TEST_CASE(a_cancel_is_a_rollback) {
  node().add_fault({.pattern = "cloudpod-create.sh*wp-app*",
                    .kind = "hang",
                    .when = support::strike::after,
                    .name = "app"});
  const auto made = deploy();
  BOOST_TEST(node().wait_hanging("app"));
  const auto asked = client().post("/internal/jobs/" + made.job + "/cancel", {});
  BOOST_TEST(asked.status == 202, asked.text);
  BOOST_TEST(asked.json().at("cloudPod").is_null());
  node().release("app");
  BOOST_TEST(end_of(made.job) == "cancelled");
  leave_nothing(made);
}

BOOST_AUTO_TEST_CASE(a_quota_too_small_reserves_nothing) {
  const auto limit = client("").post("/api/cloud-pods/tenants/acme/quota", R"({"maxCpuCores":2})");
  BOOST_TEST_REQUIRE(limit.status == 200, limit.text);
  BOOST_TEST(deploy_refused("/internal/blueprints/wordpress/deploy", 403) == "QUOTA_EXCEEDED");
  BOOST_TEST(store().value("SELECT count(*) FROM cloud_pods") == "0");
  BOOST_TEST(store().value("SELECT count(*) FROM cloud_pod_deployments") == "0");
  BOOST_TEST(held() == "0 0 0 0");
  BOOST_TEST(deploy_refused("/internal/blueprints/ubuntu-24-minimal/deploy", 404) ==
             "BLUEPRINT_NOT_FOUND");
}

BOOST_AUTO_TEST_CASE(the_same_key_is_the_same_deployment) {
  const auto first = deploy();
  BOOST_TEST(end_of(first.job) == "success");
  const auto again = client().post("/internal/blueprints/wordpress/deploy", "{}",
                                   {{"Idempotency-Key", "deploy-acme-wordpress"}});
  BOOST_TEST(again.headers.at("idempotency-replayed") == "true");
  const auto said = again.json();
  BOOST_TEST(text_of(said.at("deployment"), "id") == first.deployment);
  BOOST_TEST(text_of(said.at("deployment"), "status") == "deploying");
  BOOST_TEST(text_of(said.at("job"), "status") == "queued");
  BOOST_TEST(deploy_refused("/internal/blueprints/wordpress/deploy", 409) == "NAME_IN_USE");
}

BOOST_AUTO_TEST_CASE(another_tenants_deployment_is_one_that_never_was) {
  const auto made = deploy();
  auto none = made.deployment;
  none.back() = none.back() == '0' ? '1' : '0';
  const auto theirs = client("other").get("/internal/deployments/" + made.deployment);
  const auto nobodys = client("other").get("/internal/deployments/" + none);
  BOOST_TEST(theirs.status == 404);
  const auto bytes = [](const api_answer& answer) {
    auto said = answer.json();
    said.as_object()["requestId"] = said.as_object()["instance"] = "";
    return boost::json::serialize(said);
  };
  BOOST_TEST(bytes(theirs) == bytes(nobodys));
  BOOST_TEST(end_of(made.job) == "success");
}

BOOST_AUTO_TEST_CASE(rows_of_templates_stay_through_a_rebuild) {
  BOOST_TEST(end_of(deploy().job) == "success");
  const std::string rows =
      "SELECT string_agg(code || ' ' || kind, ', ' ORDER BY code) FROM cloud_pod_blueprints";
  const auto before = store().value(rows);
  BOOST_TEST(daemon().stop().code == 0);
  const auto rebuilt = here().run("rebuild");
  BOOST_TEST(rebuilt.code == 0, rebuilt.err);
  BOOST_TEST(here().run("verify-log").code == 0);
  BOOST_TEST(store().value(rows) == before);
  start();
  BOOST_TEST(client().get("/internal/blueprints/wordpress").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
