#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/documented_site.hpp"

// Contract 8: what the daemon answers is what its document says of every route, member by member.
// The platform's family is asked in platform_answers_e2e.cpp.

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

struct public_family : documented_site {
  std::string pod;
  std::string job;

  json::value job_now() { return ask(200, "GET /api/cloud-pods/jobs/{id}", {job}); }

  std::string end(const json::value& accepted) {
    job = text_of(accepted.at("job"), "id");
    job_now();
    const auto status = end_of(job);
    job_now();
    ask(200, "GET /api/cloud-pods/{ref}", {pod});
    return status;
  }

  void does(const std::string& what, const std::string& body = {}, const words& more = {},
            const std::string& method = "POST", const std::string& by = "acme") {
    words values{pod};
    values.insert(values.end(), more.begin(), more.end());
    const auto operation = method + " /api/cloud-pods/{ref}" + what;
    BOOST_TEST(end(ask(202, operation, values, body, {}, by)) == "success", operation);
  }

  void order(const std::string& blueprint, const std::string& name) {
    const auto made =
        ask(202, "POST /api/cloud-pods/order", {},
            R"({"planCode":"starter","blueprint":")" + blueprint + R"(","name":")" + name +
                R"(","subscriptionId":"sub-)" + name + R"(","metadata":{"a":"b"}})");
    pod = text_of(made.at("pod"), "id");
    BOOST_TEST(end(made) == "success");
  }

  void tell_what_anyone_may_know() {
    ask(200, "GET /healthz");
    ask(200, "GET /readyz");
    ask(200, "GET /metrics");
    ask(200, "GET /openapi.json");
    ask(200, "GET /api/cloud-pods/plans");
    ask(200, "GET /api/cloud-pods/plans/{code}", {"starter"});
    ask(404, "GET /api/cloud-pods/plans/{code}", {"none"});
    ask(200, "GET /api/cloud-pods/compare");
    ask(422, "GET /api/cloud-pods/compare", {}, {}, "?codes=none");
    ask(200, "GET /api/cloud-pods/blueprints");
    ask(200, "GET /api/cloud-pods/blueprints/{code}", {vm_blueprint});
    ask(404, "GET /api/cloud-pods/blueprints/{code}", {"none"});
  }

  void live(const std::string& blueprint) {
    order(blueprint, blueprint.substr(blueprint.rfind('-') + 1));
    does("/stop", R"({"force":true})");
    does("/start");
    does("/reboot");
    does("/restart");
    does("/suspend", R"({"reason":"unpaid"})", {}, "POST", "");
    ask(200, "POST /api/cloud-pods/{ref}/suspend", {pod}, {}, {}, "");
    ask(409, "POST /api/cloud-pods/{ref}/start", {pod});
    does("/resume", {}, {}, "POST", "");
    does("/scale", R"({"cpuCores":2,"memoryMb":2048,"diskGb":40})");
    does("/sync");
    does("/snapshots", R"({"name":"before"})");
    ask(200, "GET /api/cloud-pods/{ref}/snapshots", {pod});
    does("/snapshots/{name}/rollback", {}, {"before"});
    does("/snapshots/{name}", {}, {"before"}, "DELETE");
    does("/backup", R"({"mode":"snapshot"})");
    const auto backups = ask(200, "GET /api/cloud-pods/{ref}/backups", {pod});
    does("/restore", R"({"backupId":")" + text_of(backups.at("items").at(0), "id") + R"("})");
    const auto health = ask(200, "GET /api/cloud-pods/{ref}/health", {pod}, {}, "?refresh=true");
    BOOST_TEST(end_of(text_of(health, "refreshJobId")) == "success");
    ask(200, "GET /api/cloud-pods/{ref}/health", {pod});
    ask(200, "PUT /api/cloud-pods/{ref}/protection", {pod}, R"({"protected":true})");
    ask(409, "DELETE /api/cloud-pods/{ref}", {pod});
    ask(200, "PUT /api/cloud-pods/{ref}/protection", {pod}, R"({"protected":false})");
    ask(200, "GET /api/cloud-pods/{ref}/jobs", {pod});
    ask(200, "GET /api/cloud-pods/{ref}/events", {pod}, {}, "?limit=500");
    ask(200, "GET /api/cloud-pods", {}, {}, "?limit=1");
    ask(200, "GET /api/cloud-pods/jobs", {}, {}, "?limit=500");
  }

  void fail_and_try_again() {
    node().add_fault(
        {.pattern = "qm start*", .kind = "fail", .times = 1, .exit = 1, .text = "out of space"});
    const auto made =
        ask(202, "POST /api/cloud-pods/order", {}, R"({"planCode":"starter","name":"fails"})");
    pod = text_of(made.at("pod"), "id");
    BOOST_TEST(end(made) == "failed");
    const auto again = ask(202, "POST /api/cloud-pods/jobs/{id}/retry", {job});
    BOOST_TEST(end(again) == "success");
    ask(409, "POST /api/cloud-pods/jobs/{id}/cancel", {job});
    node().add_fault(
        {.pattern = "qm start*", .kind = "hang", .when = support::strike::before, .name = "start"});
    const auto late =
        ask(202, "POST /api/cloud-pods/order", {}, R"({"planCode":"starter","name":"unwanted"})");
    BOOST_TEST(node().wait_hanging("start"));
    ask(200, "GET /api/cloud-pods/admin/nodes", {}, {}, {}, "");
    const auto cancelled =
        ask(202, "POST /api/cloud-pods/jobs/{id}/cancel", {text_of(late.at("job"), "id")});
    node().release("start");
    pod = text_of(late.at("pod"), "id");
    BOOST_TEST(end(cancelled) == "cancelled");
    does("", {}, {}, "DELETE");
  }

  void be_refused() {
    ask(404, "GET /api/cloud-pods/{ref}", {"pod-none"});
    ask(404, "GET /api/cloud-pods/jobs/{id}", {"job-none"});
    ask(422, "POST /api/cloud-pods/order", {}, R"({"planCode":"none"})");
    ask(422, "POST /api/cloud-pods/order", {}, R"({"planCode":"starter","name":"-","x":1})");
    ask(400, "POST /api/cloud-pods/order", {}, R"({"planCode":)");
    ask(403, "POST /api/cloud-pods/order", {}, R"({"planCode":"starter","tenantId":"another"})");
    ask(422, "GET /api/cloud-pods", {}, {}, "?limit=0");
    ask(403, "GET /api/cloud-pods/admin/nodes");
    ask(422, "GET /api/cloud-pods/my-quota", {}, {}, {}, "");
  }

  void operate() {
    ask(200, "GET /api/cloud-pods/my-quota");
    ask(200, "GET /api/cloud-pods/check-quota", {}, {}, "?planCode=starter");
    ask(200, "POST /api/cloud-pods/tenants/{id}/quota", {"acme"}, R"({"maxPods":1})", {}, "");
    ask(200, "GET /api/cloud-pods/tenants/{id}/quota", {"acme"}, {}, {}, "");
    ask(200, "GET /api/cloud-pods/check-quota", {}, {}, "?planCode=starter");
    ask(403, "POST /api/cloud-pods/order", {}, R"({"planCode":"starter"})");
    ask(200, "POST /api/cloud-pods/tenants/{id}/quota", {"acme"}, R"({"maxPods":-1})", {}, "");
    ask(200, "PUT /api/cloud-pods/admin/tenants/{id}", {"acme"},
        R"({"name":"Acme","slug":"acme","owner":{"id":"u1","email":"a@b.c","name":"A"}})", {}, "");
    ask(200, "PUT /api/cloud-pods/admin/tenants/{id}", {"bare"}, R"({"name":"Bare"})", {}, "");
    ask(200, "GET /api/cloud-pods/admin/tenant-plans", {}, {}, {}, "");
    ask(200, "GET /api/cloud-pods/admin/nodes", {}, {}, {}, "");
    ask(200, "GET /api/cloud-pods/admin/nodes/{name}", {"pve1"}, {}, {}, "");
    ask(404, "GET /api/cloud-pods/admin/nodes/{name}", {"none"}, {}, {}, "");
    ask(200, "POST /api/cloud-pods/admin/nodes/{name}/drain", {"pve1"}, {}, {}, "");
    ask(409, "POST /api/cloud-pods/order", {}, R"({"planCode":"starter"})");
    ask(200, "POST /api/cloud-pods/admin/nodes/{name}/resume", {"pve1"}, {}, {}, "");
    ask(200, "POST /api/cloud-pods/events/tickets");
    ask(200, "GET /api/cloud-pods/events", {}, {}, "?limit=500");
  }

  /// A guest that somebody made by hand, twice: one becomes a pod, one is left alone.
  void look_at_drift() {
    for (const auto* vmid : {"150001", "150002"})
      BOOST_REQUIRE(node().run({"qm", "clone", "9100", vmid, "--name", "by-hand"}).code == 0);
    const std::string drift = "/api/cloud-pods/admin/drift";
    ask(200, "POST /api/cloud-pods/admin/reconcile", {}, {}, {}, "");
    ask(200, "GET " + drift, {}, {}, "?limit=1", "");
    ask(200, "GET " + drift, {}, {}, "?kind=stranger&status=open&node=pve1", "");
    ask(422, "GET " + drift, {}, {}, "?kind=none", "");
    ask(422, "POST " + drift + "/{id}/adopt", {"drift-pve1-150001-stranger"}, {}, {}, "");
    const auto made = ask(202, "POST " + drift + "/{id}/adopt", {"drift-pve1-150001-stranger"},
                          R"({"tenantId":"acme"})", {}, "");
    BOOST_TEST(end(made) == "success");
    ask(409, "POST " + drift + "/{id}/adopt", {"drift-pve1-150001-stranger"},
        R"({"tenantId":"acme"})", {}, "");
    ask(409, "POST " + drift + "/{id}/forget", {"drift-pve1-150002-stranger"}, {}, {}, "");
    ask(200, "POST " + drift + "/{id}/ignore", {"drift-pve1-150002-stranger"},
        R"({"reason":"mine"})", {}, "");
    ask(404, "POST " + drift + "/{id}/ignore", {"drift-none"}, {}, {}, "");
    pod = text_of(made.at("pod"), "id");
    lose_guest();
    ask(403, "GET " + drift);
  }

  void lose_guest() {
    BOOST_REQUIRE(node().run({"qm", "destroy", "150001", "--purge", "1"}).code == 0);
    ask(200, "POST /api/cloud-pods/admin/reconcile", {}, {}, {}, "");
    ask(200, "GET /api/cloud-pods/admin/drift", {}, {}, "?podId=" + pod, "");
    ask(200, "POST /api/cloud-pods/admin/drift/{id}/forget", {"drift-" + pod + "-missing"}, {}, {},
        "");
    ask(200, "GET /api/cloud-pods/admin/drift", {}, {}, "?status=resolved&status=ignored", "");
  }

  void look_at_all_tenants() {
    ask(200, "GET /api/cloud-pods/admin/stats", {}, {}, {}, "");
    ask(200, "GET /api/cloud-pods/admin/events", {}, {}, "?limit=500", "");
    ask(422, "GET /api/cloud-pods/admin/events", {}, {}, "?after=-1", "");
    ask(200, "GET /api/cloud-pods/admin/tenants", {}, {}, {}, "");
    ask(200, "GET /api/cloud-pods/admin/tenants", {}, {}, "?limit=1", "");
    const std::string recount = "POST /api/cloud-pods/tenants/{id}/quota/recalculate";
    ask(200, recount, {"acme"}, {}, {}, "");
    store().value("UPDATE cloud_pod_quotas SET used_pods = 50 WHERE tenant_id = 'acme' "
                  "RETURNING used_pods");
    const auto found = ask(200, recount, {"acme"}, {}, {}, "");
    BOOST_TEST(!found.at("differences").as_array().empty());
    ask(403, "GET /api/cloud-pods/admin/stats");
    ask(403, recount, {"acme"});
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(documented_answers, public_family)

BOOST_AUTO_TEST_CASE(every_route_answers_as_its_document_says) {
  tell_what_anyone_may_know();
  live(vm_blueprint);
  does("/destroy", R"({"reason":"done"})");
  live(ct_blueprint);
  fail_and_try_again();
  be_refused();
  operate();
  look_at_drift();
  look_at_all_tenants();
  ask(200, "GET /api/cloud-pods", {}, {}, "?status=deleted&status=error&status=active");
  check_all_answered([](const std::string& path) { return !is_platforms(path); });
}

BOOST_AUTO_TEST_CASE(the_check_finds_what_is_missing_strange_or_of_another_kind) {
  const auto schema = json::parse(
      R"({"type":"object","required":["a","b"],"properties":{"a":{"type":"integer"},)"
      R"("b":{"type":["string","null"]},"c":{"type":"array","items":{"enum":["x"]}}}})");
  BOOST_TEST(document->faults_of(schema, json::parse(R"({"a":1,"b":null,"c":["x"]})")) == "");
  const auto faults = document->faults_of(schema, json::parse(R"({"b":1,"d":1,"c":["y"]})"));
  for (const auto* each : {"a is missing", "/b: 1 is not of type", "/c/0: \"y\" is none of",
                           "d is not in the document"})
    BOOST_TEST(faults.find(each) != std::string::npos, each << " in " << faults);
}

BOOST_AUTO_TEST_CASE(the_check_knows_the_members_of_what_a_schema_is_made_of) {
  const auto schema =
      json::parse(R"({"type":"object","required":["c"],"properties":{"c":{"type":"integer"}},)"
                  R"("allOf":[{"type":"object","required":["a"],"properties":{"a":{}}}]})");
  BOOST_TEST(document->faults_of(schema, json::parse(R"({"a":1,"c":1})")) == "");
  const auto faults = document->faults_of(schema, json::parse(R"({"c":1,"d":1})"));
  for (const auto* each : {"a is missing", "d is not in the document"})
    BOOST_TEST(faults.find(each) != std::string::npos, each << " in " << faults);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
