#include <boost/test/unit_test.hpp>

#include "daemon/documented_site.hpp"

// Contract 7, 8: what the platform's family answers is what the document says, under both of its
// paths.

namespace cloudpods::tests {

namespace {

struct platforms_family : documented_site {
  static constexpr auto platform = ""; ///< a caller that names its tenant: an operator
  std::string base;                    ///< before `/internal`
  std::string vmid;
  std::string job;

  std::string at(const std::string& method, const std::string& path) const {
    return method + " " + base + "/internal" + path;
  }

  void create(const std::string& hostname, const std::string& more = {}) {
    const auto made =
        ask(202, at("POST", "/cloudpods"), {},
            R"({"tenantId":"acme","hostname":")" + hostname + "\"" + more + "}", {}, platform);
    vmid = std::to_string(made.at("vmid").as_int64());
    job = text_of(made, "jobId");
  }

  /// The job's last status; it and its pod are looked at before and after.
  std::string end() {
    look();
    const auto status = end_of(job);
    look();
    return status;
  }

  void look() {
    ask(200, at("GET", "/jobs/{id}"), {job});
    ask(200, at("GET", "/cloudpods/{vmid}"), {vmid});
  }

  void does(const std::string& what, const std::string& body = {}, const std::string& by = "acme") {
    const auto path = at("POST", "/cloudpods/{vmid}" + what);
    job = text_of(ask(202, path, {vmid}, body, {}, by), "jobId");
    BOOST_TEST(end() == "success", path);
  }

  void live() {
    does("/stop", R"({"force":true})");
    does("/start");
    does("/reboot");
    does("/suspend", R"({"tenantId":"acme","reason":"unpaid"})", platform);
    ask(200, at("POST", "/cloudpods/{vmid}/suspend"), {vmid}, {}, {}, platform);
    ask(409, at("POST", "/cloudpods/{vmid}/start"), {vmid});
    does("/resume", {}, platform);
    does("/scale", R"({"newCores":2,"newMemoryMb":2048,"reason":"busy"})");
    does("/sync");
    does("/backup", R"({"mode":"snapshot","reason":"before"})");
    does("/health", R"({"triggeredBy":"focalpilot"})");
    const auto health =
        ask(200, at("GET", "/cloudpods/{vmid}/health"), {vmid}, {}, "?refresh=true");
    BOOST_TEST(end_of(text_of(health, "refreshJobId")) == "success");
    ask(200, at("GET", "/cloudpods/{vmid}/health"), {vmid});
    ask(200, at("GET", "/cloudpods/{vmid}/jobs"), {vmid}, {}, "?limit=500");
    ask(200, at("GET", "/cloudpods/{vmid}/jobs"), {vmid}, {}, "?limit=1&type=SCALE");
    ask(200, at("GET", "/cloudpods/{vmid}/events"), {vmid}, {}, "?limit=500");
  }

  void list() {
    ask(200, at("GET", "/cloudpods"));
    ask(200, at("GET", "/cloudpods"), {}, {}, "?tenantId=acme&limit=1", platform);
    ask(200, at("GET", "/tenants/{tenantId}/cloudpods"), {"acme"}, {},
        "?includeDeleted=true&limit=500", platform);
    ask(200, at("GET", "/tenants/{tenantId}/quota"), {"acme"}, {}, {}, platform);
    ask(200, at("GET", "/blueprints"));
    ask(200, at("GET", "/blueprints/{slug}"), {vm_blueprint});
  }

  /// A stack, from its blueprint to its end.
  void deploy(const std::string& hostname) {
    const auto put = at("PUT", "/blueprints/{slug}");
    const auto stack = R"({"version":1,"resources":[{"kind":"CloudPod","role":"app",
      "hostnamePattern":")" +
                       hostname + R"(-{role}","cores":1,"memoryMb":512,"swapMb":0}]})";
    ask(200, put, {"pair"}, stack, {}, platform);
    ask(403, put, {"pair"}, stack);
    ask(422, put, {"pair"}, "{}", {}, platform);
    ask(409, put, {vm_blueprint}, stack, {}, platform);
    ask(200, at("GET", "/blueprints/{slug}"), {"pair"});
    ask(200, at("GET", "/blueprints"));
    const auto orders = at("POST", "/blueprints/{slug}/deploy");
    ask(404, orders, {"none"});
    ask(422, orders, {"pair"}, R"({"onFailure":"x"})");
    const auto made = ask(202, orders, {"pair"}, R"({"onFailure":"keep","parameters":{"a":"b"}})");
    const auto id = text_of(made.at("deployment"), "id");
    job = text_of(made.at("job"), "id");
    BOOST_TEST(end_of(job) == "success");
    ask(200, at("GET", "/jobs/{id}"), {job});
    ask(200, at("GET", "/deployments/{id}"), {id});
    ask(404, at("GET", "/deployments/{id}"), {"dep-none"});
    const auto ends = at("POST", "/deployments/{id}/destroy");
    job = text_of(ask(202, ends, {id}, R"({"reason":"x"})").at("job"), "id");
    BOOST_TEST(end_of(job) == "success");
    ask(409, ends, {id});
  }

  /// platform-spec 6.3
  void recommend() {
    const auto all = "/focalpilot/recommendations";
    const std::string of_pod = R"("tenantId":"acme","cloudPodVmid":)" + vmid;
    const auto proposed = [&](const std::string& issue, const std::string& actions) {
      return text_of(ask(201, at("POST", all), {},
                         "{" + of_pod + R"(,"severity":"warning","issue":")" + issue +
                             R"(","recommendedActions":[)" + actions + "]}",
                         {}, platform),
                     "id");
    };
    const auto checked = proposed("x" + base, R"({"type":"RUN_HEALTH_CHECK"})");
    const auto applied = ask(202, at("POST", "/focalpilot/recommendations/{id}/apply"), {checked});
    job = text_of_first(applied.at("jobIds"));
    BOOST_TEST(end() == "success");
    ask(409, at("POST", "/focalpilot/recommendations/{id}/apply"), {checked});
    const auto told = proposed("y" + base, R"({"type":"NOTIFY_TENANT","messageKey":"busy"})");
    ask(200, at("POST", "/focalpilot/recommendations/{id}/apply"), {told});
    const auto left = proposed("z" + base, R"({"type":"SCALE_UP","newCores":4})");
    ask(200, at("POST", "/focalpilot/recommendations/{id}/dismiss"), {left}, R"({"reason":"no"})");
    ask(200, at("GET", all), {}, {}, "?status=open&status=applied&limit=1");
    ask(200, at("GET", all), {}, {}, {}, platform);
    ask(422, at("POST", all), {}, R"({"severity":"loud"})", {}, platform);
    ask(403, at("POST", all), {}, "{}");
  }

  static std::string text_of_first(const boost::json::value& list) {
    return std::string{list.at(0).as_string()};
  }

  void be_refused() {
    const auto pods = at("POST", "/cloudpods");
    ask(422, at("GET", "/cloudpods"), {}, {}, {}, platform);
    ask(422, pods, {}, R"({"hostname":"-","x":1})");
    ask(422, pods, {}, R"({"hostname":"other","vmid":9100})");
    ask(400, pods, {}, R"({"hostname":)");
    ask(403, pods, {}, R"({"hostname":"other","tenantId":"another"})");
    ask(409, pods, {}, R"({"hostname":"other","vmid":)" + vmid + "}");
    ask(403, at("POST", "/cloudpods/{vmid}/destroy"), {vmid}, R"({"tenantId":"another"})", {},
        platform);
    ask(404, at("GET", "/cloudpods/{vmid}"), {"199998"});
    ask(404, at("GET", "/jobs/{id}"), {"job-none"});
    ask(404, at("GET", "/blueprints/{slug}"), {"none"});
    ask(409, at("POST", "/jobs/{id}/cancel"), {job});
  }

  void fail_and_cancel(const std::string& hostname) {
    node().add_fault(
        {.pattern = "pct start*", .kind = "fail", .times = 1, .exit = 1, .text = "out of space"});
    create(hostname + "-fails");
    BOOST_TEST(end() == "failed");
    node().add_fault({.pattern = "pct start*",
                      .kind = "hang",
                      .when = support::strike::before,
                      .name = hostname});
    create(hostname + "-unwanted");
    BOOST_TEST(node().wait_hanging(hostname));
    const auto cancelled = ask(202, at("POST", "/jobs/{id}/cancel"), {job}, R"({"reason":"x"})");
    node().release(hostname);
    job = text_of(cancelled, "jobId");
    BOOST_TEST(end_of(job) == "cancelled");
    ask(200, at("GET", "/jobs/{id}"), {job});
  }

  void tell_all(const std::string& hostname) {
    create(hostname, R"(,"planId":"cloud-basic","cores":1,"memoryMb":1024,"diskGb":12)");
    BOOST_TEST(end() == "success");
    live();
    recommend();
    list();
    be_refused();
    deploy(hostname);
    job = text_of(ask(202, at("POST", "/cloudpods/{vmid}/destroy"), {vmid}, R"({"reason":"x"})"),
                  "jobId");
    BOOST_TEST(end_of(job) == "success");
    ask(200, at("GET", "/jobs/{id}"), {job});
    ask(404, at("GET", "/cloudpods/{vmid}"), {vmid});
    fail_and_cancel(hostname);
    list();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(documented_answers_to_the_platform, platforms_family)

BOOST_AUTO_TEST_CASE(both_paths_answer_as_the_document_says) {
  BOOST_TEST_REQUIRE(end_of(order("machine").job) == "success");
  tell_all("plain");
  base = "/api";
  tell_all("prefixed");
  check_all_answered(is_platforms);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
