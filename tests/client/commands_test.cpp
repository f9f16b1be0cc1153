#include <boost/test/unit_test.hpp>

#include "client/fixture.hpp"

using namespace cloudpods::client;

namespace {

using words = std::vector<std::string>;

/// What a command must ask the daemon for.
struct request_case {
  words given;
  std::string method;
  std::string target; ///< after `/api/cloud-pods`, or from `/internal`
  std::string body;
};

std::string accepted() {
  return R"({"pod":)" + pod_json("active") + R"(,"job":)" + job_json("pending") + "}";
}

void check_request(command_line& shell, const request_case& expected) {
  BOOST_TEST_CONTEXT(expected.given.at(0) << ' ' << expected.target) {
    BOOST_TEST(shell.run(expected.given) == 0, shell.err);
    const auto seen = shell.server->requests();
    BOOST_REQUIRE(!seen.empty());
    const auto& last = seen.back();
    const auto is_internal = expected.target.starts_with("/internal/");
    BOOST_TEST(last.method == expected.method);
    BOOST_TEST(last.target == (is_internal ? "" : "/api/cloud-pods") + expected.target);
    BOOST_TEST(last.body == expected.body);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(requests)

// contract 6
BOOST_FIXTURE_TEST_CASE(each_action_of_a_pod_is_sent_as_the_api_has_it, command_line) {
  const auto id = "/" + pod_id;
  for (const auto& each : std::vector<request_case>{
           {{"scale", "7", "--cpu", "2", "--memory", "2048", "--disk", "40", "--reboot"},
            "POST",
            "/7/scale",
            R"({"cpuCores":2,"memoryMb":2048,"diskGb":40,"reboot":true})"},
           {{"scale", "7", "--plan", "premium", "--backup-first", "--reason", "busy"},
            "POST",
            "/7/scale",
            R"({"planCode":"premium","backupFirst":true,"reason":"busy"})"},
           {{"backup", "7"}, "POST", "/7/backup", R"({"mode":"snapshot"})"},
           {{"backup", pod_id, "--mode", "stop", "--reason", "r"},
            "POST",
            id + "/backup",
            R"({"mode":"stop","reason":"r"})"},
           {{"snapshot", "create", "7", "a", "--description", "d"},
            "POST",
            "/7/snapshots",
            R"({"name":"a","description":"d"})"},
           {{"snapshot", "delete", "7", "a b"}, "DELETE", "/7/snapshots/a%20b", ""},
           {{"start", "7"}, "POST", "/7/start", "{}"},
           {{"stop", "7", "--force", "--timeout", "60"},
            "POST",
            "/7/stop",
            R"({"force":true,"timeoutS":60})"},
           {{"reboot", "7"}, "POST", "/7/reboot", "{}"},
           {{"suspend", "7", "--reason", "unpaid"}, "POST", "/7/suspend", R"({"reason":"unpaid"})"},
           {{"resume", "7"}, "POST", "/7/resume", "{}"},
           {{"sync", "7"}, "POST", "/7/sync", "{}"}}) {
    serve({answers(202, accepted())});
    auto given = each;
    given.given.emplace_back("--no-wait");
    check_request(*this, given);
    BOOST_TEST(out ==
               "shop-1 is active, running\nFollow it with: cloudpodsctl jobs " + job_id + "\n");
  }
}

BOOST_FIXTURE_TEST_CASE(what_loses_something_names_the_pod_by_its_id, command_line) {
  const auto id = "/" + pod_id;
  for (const auto& each : std::vector<request_case>{
           {{"restore", "7", "b-1"}, "POST", id + "/restore", R"({"backupId":"b-1"})"},
           {{"snapshot", "rollback", "7", "a"}, "POST", id + "/snapshots/a/rollback", "{}"},
           {{"destroy", "7", "--final-backup"},
            "POST",
            id + "/destroy",
            R"({"finalBackup":true})"}}) {
    serve({answers(200, pod_json("active")), answers(202, accepted())});
    auto given = each;
    given.given.insert(given.given.end(), {"--no-wait", "--yes"});
    check_request(*this, given);
    serve({answers(200, pod_json("active"))});
    BOOST_TEST(run(each.given) == 2); // nobody there to be asked
    BOOST_TEST(err.contains("--yes"));
  }
}

// contract 6 and 8
BOOST_FIXTURE_TEST_CASE(each_question_and_decision_is_sent_as_the_api_has_it, command_line) {
  for (const auto& each : std::vector<request_case>{
           {{"protect", "7"}, "PUT", "/7/protection", R"({"protected":true})"},
           {{"unprotect", "7"}, "PUT", "/7/protection", R"({"protected":false})"},
           {{"health", "7"}, "GET", "/7/health", ""},
           {{"backups", "7"}, "GET", "/7/backups?limit=500", ""},
           {{"snapshot", "list", "7"}, "GET", "/7/snapshots?limit=500", ""},
           {{"list", "--sort", "-createdAt"}, "GET", "?limit=500&sort=-createdAt", ""},
           {{"jobs", "--pod", "7", "--type", "power"}, "GET", "/7/jobs?limit=50&type=power", ""},
           {{"job", "cancel", "job-1"}, "POST", "/jobs/job-1/cancel", "{}"},
           {{"events", "--name", "pod.*", "--category", "ERROR"},
            "GET",
            "/events?limit=500&after=0&name=pod.%2A&category=ERROR",
            ""},
           {{"events", "--all"}, "GET", "/admin/events?limit=500&after=0", ""},
           {{"compare", "a", "b"}, "GET", "/compare?codes=a,b", ""},
           {{"compare"}, "GET", "/compare", ""},
           {{"blueprints"}, "GET", "/blueprints", ""},
           {{"blueprints", "u"}, "GET", "/blueprints/u", ""},
           {{"quota", "set", "--tenant", "T", "--max-pods", "9", "--max-disk", "-1"},
            "POST",
            "/tenants/T/quota",
            R"({"maxPods":9,"maxDiskGb":-1})"},
           {{"quota", "recalculate", "--tenant", "T"},
            "POST",
            "/tenants/T/quota/recalculate",
            "{}"},
           {{"stack", "list"}, "GET", "/internal/blueprints", ""},
           {{"stack", "show", "web"}, "GET", "/internal/blueprints/web", ""},
           {{"stack", "show", "dep-1"}, "GET", "/internal/deployments/dep-1", ""},
           {{"stack", "status", "dep-1"}, "GET", "/internal/deployments/dep-1", ""},
           {{"stack", "deploy", "web", "--no-wait", "--tenant", "T", "--parameter", "a=b"},
            "POST",
            "/internal/blueprints/web/deploy",
            R"({"tenantId":"T","onFailure":"rollback","parameters":{"a":"b"}})"},
           {{"stack", "destroy", "dep-1", "--yes", "--no-wait"},
            "POST",
            "/internal/deployments/dep-1/destroy",
            "{}"},
           {{"nodes"}, "GET", "/admin/nodes", ""},
           {{"nodes", "pve1"}, "GET", "/admin/nodes/pve1", ""},
           {{"nodes", "drain", "pve1"}, "POST", "/admin/nodes/pve1/drain", "{}"},
           {{"nodes", "resume", "pve1"}, "POST", "/admin/nodes/pve1/resume", "{}"},
           {{"tenants"}, "GET", "/admin/tenants?limit=500", ""},
           {{"tenants", "set", "T", "--name", "Shop", "--plan", "p", "--owner", "u"},
            "PUT",
            "/admin/tenants/T",
            R"({"name":"Shop","planId":"p","owner":{"id":"u"}})"},
           {{"tenant-plans"}, "GET", "/admin/tenant-plans", ""},
           {{"stats"}, "GET", "/admin/stats", ""},
           {{"recommendations", "--status", "open"},
            "GET",
            "/internal/focalpilot/recommendations?limit=500&status=open",
            ""},
           {{"recommendations", "apply", "rec-1"},
            "POST",
            "/internal/focalpilot/recommendations/rec-1/apply",
            "{}"},
           {{"recommendations", "dismiss", "rec-1", "--reason", "known"},
            "POST",
            "/internal/focalpilot/recommendations/rec-1/dismiss",
            R"({"reason":"known"})"},
           {{"drift"}, "GET", "/admin/drift", ""},
           {{"drift", "adopt", "d", "--tenant", "T"},
            "POST",
            "/admin/drift/d/adopt",
            R"({"tenantId":"T"})"},
           {{"drift", "forget", "d", "--yes"}, "POST", "/admin/drift/d/forget", "{}"},
           {{"drift", "ignore", "d"}, "POST", "/admin/drift/d/ignore", "{}"},
           {{"reconcile"}, "POST", "/admin/reconcile", "{}"},
           {{"webhooks"}, "GET", "/admin/webhooks", ""},
           {{"webhooks", "add", "https://p", "--name", "pod.*"},
            "POST",
            "/admin/webhooks",
            R"({"url":"https://p","names":["pod.*"]})"},
           {{"webhooks", "set", "w", "--address", "https://q"},
            "PATCH",
            "/admin/webhooks/w",
            R"({"url":"https://q"})"},
           {{"webhooks", "deliveries", "w"}, "GET", "/admin/webhooks/w/deliveries?limit=500", ""},
           {{"webhooks", "redeliver", "w", "--from", "9"},
            "POST",
            "/admin/webhooks/w/redeliver",
            R"({"from":9})"}}) {
    serve({answers(200, "{}")});
    check_request(*this, each);
  }
}

BOOST_AUTO_TEST_SUITE_END()
