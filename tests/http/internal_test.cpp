#include <array>
#include <map>
#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"
#include "http/routes.hpp"

using namespace cloudpods;
using domain::item_action;
using test::json_header;

namespace {

const std::string pods = "/internal/cloudpods";
const std::string pod_path = pods + "/100007";

// platform-spec 5.1
constexpr auto create_body =
    R"({"tenantId":"T-1","hostname":"client-portal","vmid":9101,"planId":"cloud-basic",)"
    R"("region":"migra-us-east-1","cores":2,"memoryMb":2048,"swapMb":512,"autoIp":true})";

struct internal_fixture : test::api_fixture {
  std::string post(const std::string& path, const std::string& bearer, const std::string& body = "",
                   const std::string& headers = "") const {
    return ask("POST", path, bearer, headers + (body.empty() ? "" : json_header), body);
  }
  std::string get(const std::string& path, const std::string& bearer) const {
    return ask("GET", path, bearer);
  }
};

/// Contract 4's table for one route: who may.
struct right {
  bool member;
  bool viewer;
  bool billing;
  bool focalpilot;
  bool owner = true;
  bool service = true;
};

constexpr right to_read{true, true, false, true};
constexpr right to_act{true, false, false, false};
constexpr right to_destroy{false, false, false, false};
constexpr right to_suspend{false, false, false, false, false};
constexpr right to_operate{false, false, false, false, false, false};
constexpr right to_read_quota{true, true, true, true};
constexpr right to_settle{false, false, false, true, true, false};
constexpr right to_recommend{false, false, false, true, false, false};

constexpr auto stack_body = R"({"version":1,"resources":[{"kind":"CloudPod","role":"app",
  "hostnamePattern":"wp-{tenantSlug}","cores":1,"memoryMb":1024,"swapMb":0}]})";

const std::map<std::string, right> rights{
    {"POST /internal/cloudpods", to_act},
    {"GET /internal/cloudpods", to_read},
    {"GET /internal/cloudpods/{vmid}", to_read},
    {"POST /internal/cloudpods/{vmid}/destroy", to_destroy},
    {"POST /internal/cloudpods/{vmid}/backup", to_act},
    {"POST /internal/cloudpods/{vmid}/scale", to_act},
    {"POST /internal/cloudpods/{vmid}/start", to_act},
    {"POST /internal/cloudpods/{vmid}/stop", to_act},
    {"POST /internal/cloudpods/{vmid}/reboot", to_act},
    {"POST /internal/cloudpods/{vmid}/suspend", to_suspend},
    {"POST /internal/cloudpods/{vmid}/resume", to_suspend},
    {"POST /internal/cloudpods/{vmid}/sync", to_act},
    {"POST /internal/cloudpods/{vmid}/health", to_read},
    {"GET /internal/cloudpods/{vmid}/health", to_read},
    {"GET /internal/cloudpods/{vmid}/jobs", to_read},
    {"GET /internal/cloudpods/{vmid}/events", to_read},
    {"GET /internal/tenants/{tenantId}/cloudpods", to_read},
    {"GET /internal/tenants/{tenantId}/quota", to_read_quota},
    {"GET /internal/jobs/{id}", to_read},
    {"POST /internal/jobs/{id}/cancel", to_act},
    {"GET /internal/focalpilot/recommendations", to_read},
    {"POST /internal/focalpilot/recommendations", to_recommend},
    {"POST /internal/focalpilot/recommendations/{id}/apply", to_settle},
    {"POST /internal/focalpilot/recommendations/{id}/dismiss", to_settle},
    {"GET /internal/blueprints", to_read},
    {"GET /internal/blueprints/{slug}", to_read},
    {"PUT /internal/blueprints/{slug}", to_operate},
    {"POST /internal/blueprints/{slug}/deploy", to_act},
    {"GET /internal/deployments/{id}", to_read},
    {"POST /internal/deployments/{id}/destroy", to_destroy}};

std::string filled(std::string path) {
  if (path.starts_with("/internal/deployments"))
    path.replace(path.find("{id}"), 4, "dep-1");
  if (const auto at = path.find("recommendations/{id}"); at != std::string::npos)
    path.replace(at, std::string{"recommendations/{id}"}.size(), "recommendations/rec-1");
  for (const auto& [name, value] : {std::pair{"{vmid}", "100007"}, std::pair{"{tenantId}", "T-1"},
                                    std::pair{"{id}", "job-1"}, std::pair{"{slug}", "wordpress"}})
    if (const auto at = path.find(name); at != std::string::npos)
      path.replace(at, std::string{name}.size(), value);
  return path;
}

std::string body_of(const std::string& line) {
  if (line == "POST /internal/cloudpods")
    return R"({"tenantId":"T-1","hostname":"a"})";
  if (line.starts_with("PUT"))
    return stack_body;
  if (line.ends_with("/deploy"))
    return R"({"tenantId":"T-1"})";
  if (line == "POST /internal/focalpilot/recommendations")
    return R"({"tenantId":"T-1","cloudPodVmid":100007,"severity":"info","issue":"x",)"
           R"("recommendedActions":[{"type":"RUN_BACKUP"}]})";
  return line.ends_with("/scale") ? R"({"newCores":2})" : "";
}

} // namespace

// Contract 7.
BOOST_FIXTURE_TEST_SUITE(the_platforms_routes, internal_fixture)

BOOST_AUTO_TEST_CASE(a_create_reaches_the_tenant_whole_and_is_answered_in_the_platforms_words) {
  serve();
  const auto answer = post(pods, service(), create_body, "Idempotency-Key: k-1\r\n");
  BOOST_TEST(status(answer) == 202);
  BOOST_TEST(has(answer, "\r\nLocation: /internal/jobs/job-1\r\n"));
  const auto document = json(answer);
  BOOST_TEST(document.size() == 5U);
  BOOST_TEST(document.at("jobId").as_string() == "job-1");
  BOOST_TEST(document.at("job").at("type").as_string() == "CREATE");
  BOOST_TEST(document.at("job").at("status").as_string() == "queued");
  BOOST_TEST(document.at("cloudPod").at("id").as_string() == "pod-1");
  BOOST_TEST(document.at("cloudPod").at("status").as_string() == "provisioning");
  BOOST_TEST(document.at("vmid").as_int64() == 100007);
  BOOST_TEST(document.contains("hostname"));
  const auto& order = behind.world->ordered.value();
  BOOST_TEST(order.command.name.value() == "client-portal");
  BOOST_TEST(order.command.container.value().guest.value() == 9101);
  BOOST_TEST(order.command.user.value == "user-7");
  BOOST_TEST(order.key.value().key == "k-1");
}

BOOST_AUTO_TEST_CASE(the_same_routes_answer_under_api_internal) {
  serve();
  for (const std::string prefix : {"/internal", "/api/internal"}) {
    BOOST_TEST(status(get(prefix + "/cloudpods/100007", owner())) == 200);
    const auto made = post(prefix + "/cloudpods", owner(), R"({"hostname":"a"})");
    BOOST_TEST(has(made, "\r\nLocation: " + prefix + "/jobs/job-1\r\n"), prefix);
    BOOST_TEST(json(get(prefix + "/cloudpods/5", owner())).at("error").as_string() == "not_found");
    BOOST_TEST(has(ask("PUT", prefix + "/cloudpods", owner()), "\r\nAllow: POST, GET, HEAD\r\n"));
    BOOST_TEST(status(get(prefix + "/deployments/dep-1", service())) == 200);
    BOOST_TEST(status(get(prefix + "/deployments", service())) == 404);
  }
  BOOST_TEST(status(get("/api/api/internal/cloudpods/100007", owner())) == 404);
}

BOOST_AUTO_TEST_CASE(every_action_reaches_the_tenant) {
  serve();
  const std::map<std::string, item_action> actions{
      {"backup", item_action::backup}, {"scale", item_action::scale},
      {"start", item_action::start},   {"stop", item_action::stop},
      {"reboot", item_action::reboot}, {"suspend", item_action::suspend},
      {"resume", item_action::resume}, {"sync", item_action::sync},
      {"health", item_action::health}};
  for (const auto& [name, action] : actions) {
    const auto answer = post(pod_path + "/" + name, service(),
                             name == "scale" ? R"({"tenantId":"T-1","newCores":2})" : "",
                             "Idempotency-Key: k-1\r\nIf-Match: \"9\"\r\n");
    BOOST_TEST(status(answer) == (action == item_action::resume ? 200 : 202), name);
    BOOST_TEST(json(answer).at("cloudPod").at("vmid").as_int64() == 100007);
    const auto& asked = behind.world->acted.value();
    BOOST_TEST((asked.command.action == action), name);
    BOOST_TEST(asked.key.value().key == "k-1");
    BOOST_TEST((asked.versions.value() == std::vector<std::int64_t>{9}));
  }
  BOOST_TEST(behind.world->acted->command.cpu_cores.has_value() == false);
  const auto nothing = json(post(pod_path + "/resume", service()));
  BOOST_TEST(nothing.at("jobId").is_null());
  BOOST_TEST(nothing.at("job").is_null());
}

BOOST_AUTO_TEST_CASE(a_destroy_and_a_cancel_are_passed_on_whole) {
  serve();
  const auto answer =
      post(pod_path + "/destroy", service(), R"({"tenantId":"T-1","reason":"user request"})");
  BOOST_TEST(status(answer) == 202);
  BOOST_TEST(json(answer).at("jobId").as_string() == "job-1");
  BOOST_TEST(behind.world->destroyed.value().command.reason == "user request");
  BOOST_TEST(status(post("/internal/jobs/job-1/cancel", owner(), R"({"reason":"late"})")) == 202);
  BOOST_TEST(behind.world->cancelled.value().reason == "late");
}

BOOST_AUTO_TEST_CASE(a_tenant_that_is_not_the_owner_is_a_mismatch_everywhere) {
  serve();
  const std::string wrong = R"({"tenantId":"T-2"})";
  for (const auto* what : {"destroy", "backup", "start", "sync", "health"}) {
    const auto answer = post(pod_path + "/" + what, service(), wrong);
    BOOST_TEST(status(answer) == 403, what);
    BOOST_TEST(code(answer) == "TENANT_MISMATCH");
    BOOST_TEST(json(answer).at("error").as_string() == "tenant_mismatch");
    BOOST_TEST(code(post(pod_path + "/" + what, owner(), wrong)) == "TENANT_MISMATCH");
    for (const auto& bearer : {service(), owner()})
      BOOST_TEST(code(post(pod_path + "/" + what + "?tenantId=T-2", bearer)) == "TENANT_MISMATCH");
  }
  for (const auto* what : {"", "/health", "/jobs", "/events"})
    for (const auto& bearer : {service(), owner()})
      BOOST_TEST(code(get(pod_path + what + "?tenantId=T-2", bearer)) == "TENANT_MISMATCH", what);
  BOOST_TEST(code(get("/internal/jobs/job-1?tenantId=T-2", service())) == "TENANT_MISMATCH");
  for (const auto* list : {"/internal/cloudpods?tenantId=T-2", "/internal/tenants/T-2/cloudpods",
                           "/internal/tenants/T-2/quota"}) {
    BOOST_TEST(code(get(list, owner())) == "TENANT_MISMATCH", list);
    BOOST_TEST(status(get(list, service())) == 200, list);
  }
  BOOST_TEST(code(post(pods, owner(), R"({"tenantId":"T-2","hostname":"a"})")) ==
             "TENANT_MISMATCH");
}

BOOST_AUTO_TEST_CASE(a_platform_token_names_the_tenant_only_where_nothing_settles_it) {
  serve();
  BOOST_TEST(code(post(pods, service(), R"({"hostname":"a"})")) == "TENANT_REQUIRED");
  BOOST_TEST(code(get(pods, service())) == "TENANT_REQUIRED");
  BOOST_TEST(status(get(pod_path, service())) == 200);
  BOOST_TEST(status(post(pod_path + "/start", service())) == 202);
  BOOST_TEST(status(get("/internal/tenants/no%20tenant/cloudpods", service())) == 404);
}

// Contract 4: the same bytes but for requestId and instance.
BOOST_AUTO_TEST_CASE(another_tenants_pod_is_none_and_a_pods_id_is_no_vmid) {
  serve();
  const auto without = [](boost::json::object document) {
    document.erase("requestId");
    document.erase("instance");
    return boost::json::serialize(document);
  };
  const auto stranger = token("T-2", "owner");
  const auto none = without(json(get(pods + "/5", stranger)));
  for (const auto* what : {"", "/health", "/jobs", "/events"})
    BOOST_TEST(without(json(get(pod_path + what, stranger))) == none, what);
  for (const auto* what : {"/destroy", "/backup", "/start", "/health"})
    BOOST_TEST(without(json(post(pod_path + what, stranger))) == none, what);
  for (const auto& bearer : {owner(), service()}) {
    BOOST_TEST(without(json(get(pods + "/pod-1", bearer))) == none);
    BOOST_TEST(without(json(post(pods + "/pod-1/start", bearer))) == none);
  }
}

// Contract 4: the whole table, for every route of the family.
BOOST_AUTO_TEST_CASE(every_role_may_on_every_route_what_the_contract_says) {
  serve();
  std::size_t known = 0;
  for (const auto& route : http::route_table()) {
    const std::string line =
        std::string{http::name_of(route.method)} + " " + std::string{route.path};
    if (!route.path.starts_with("/internal/"))
      continue;
    BOOST_REQUIRE_MESSAGE(rights.contains(line), line);
    ++known;
    const auto& right = rights.at(line);
    const auto expect = [&](const std::string& bearer, bool may) {
      const auto body = body_of(line);
      const auto answer =
          ask(std::string{http::name_of(route.method)}, filled(std::string{route.path}), bearer,
              body.empty() ? "" : json_header, body);
      BOOST_TEST((status(answer) == 403) == !may, line << " " << status(answer));
      BOOST_TEST(status(answer) < (may ? 300 : 500), line << " " << status(answer));
    };
    expect(owner(), right.owner);
    expect(token("T-1", "admin"), right.owner);
    expect(token("T-1", "member"), right.member);
    expect(token("T-1", "viewer"), right.viewer);
    expect(token("T-1", "dev"), right.viewer);
    expect(token("T-1", "billing"), right.billing);
    expect(token("T-1", "nobody"), false);
    // Without a tenant that it is for, this one is no question of rights.
    if (line != "GET /internal/cloudpods") {
      expect(token("", "", "focalpilot"), right.focalpilot);
      expect(service(), right.service);
      expect(token("", "", "platform:admin"), true);
    }
    BOOST_TEST(status(ask(std::string{http::name_of(route.method)}, filled(std::string{route.path}),
                          "")) == 401,
               line);
  }
  BOOST_TEST(known == rights.size());
}

BOOST_AUTO_TEST_CASE(lists_are_filtered_and_shown_in_the_platforms_words) {
  serve();
  const auto page =
      get("/internal/tenants/T-1/cloudpods?status=provisioning&status=failed&limit=1", service());
  BOOST_TEST(status(page) == 200);
  using enum domain::pod_status;
  BOOST_TEST((behind.world->listed.value().statuses == std::vector{pending, provisioning, error}));
  BOOST_TEST(json(page).at("items").at(0).at("hostname").is_string());
  BOOST_TEST(json(page).at("total").as_int64() == 2);
  const std::string cursor{json(page).at("nextCursor").as_string()};
  get(pods + "?tenantId=T-1&limit=1&cursor=" + cursor, service());
  BOOST_TEST(behind.world->listed->after.value().value == "pod-1");
  BOOST_TEST(behind.world->listed->statuses.empty());
  get(pods + "?includeDeleted=true", owner());
  BOOST_TEST(behind.world->listed->statuses.size() == 6U);
  BOOST_TEST(status(get(pods + "?status=error", owner())) == 422);

  get(pod_path + "/jobs?status=queued&type=HEALTH_CHECK", owner());
  BOOST_TEST(
      (behind.world->jobs_listed.value().statuses == std::vector{domain::job_status::pending}));
  BOOST_TEST((behind.world->jobs_listed->types == std::vector{domain::job_type::health}));
  BOOST_TEST(status(get(pod_path + "/jobs?type=health", owner())) == 422);
  BOOST_TEST(json(get(pod_path + "/jobs", owner())).at("items").at(0).at("type").as_string() ==
             "CREATE");
  get(pod_path + "/events?type=BACKUP", owner());
  BOOST_TEST((behind.world->events_read.value().filter.categories ==
              std::vector{domain::category::backup}));
  BOOST_TEST(behind.world->events_read->filter.pods.front().value == "pod-1");
}

BOOST_AUTO_TEST_CASE(a_pod_has_its_version_and_a_job_can_be_waited_for) {
  serve();
  const auto answer = get(pod_path, owner());
  BOOST_TEST(has(answer, "\r\nETag: \"9\"\r\n"));
  BOOST_TEST(json(answer).at("id").as_string() == "pod-1");
  BOOST_TEST(status(ask("GET", pod_path, owner(), "If-None-Match: \"9\"\r\n")) == 304);
  const auto job = json(get("/internal/jobs/job-1?wait=3", service()));
  BOOST_TEST(job.at("type").as_string() == "CREATE");
  BOOST_TEST(job.at("status").as_string() == "queued");
  BOOST_TEST((behind.world->waited.value() == std::chrono::seconds{3}));
}

BOOST_AUTO_TEST_CASE(health_is_what_is_known_and_a_check_keeps_who_wanted_it) {
  serve();
  const auto known = json(get(pod_path + "/health", owner()));
  BOOST_TEST(known.at("vmid").as_int64() == 100007);
  BOOST_TEST(known.at("lastHealthStatus").is_null());
  BOOST_TEST(!known.contains("refreshJobId"));
  BOOST_TEST(!behind.world->acted.has_value());
  const auto checked =
      get(pod_path + "/health?refresh=true&triggeredBy=focalpilot", token("", "", "focalpilot"));
  BOOST_TEST(json(checked).at("refreshJobId").as_string() == "job-1");
  BOOST_TEST(behind.world->acted.value().command.payload.value ==
             R"({"triggeredBy":"focalpilot"})");
  post(pod_path + "/health", owner());
  BOOST_TEST(behind.world->acted->command.payload.value == R"({"triggeredBy":"manual"})");
  BOOST_TEST(status(get(pod_path + "/health?triggeredBy=schedule", owner())) == 422);
}

BOOST_AUTO_TEST_CASE(blueprints_are_shown_by_their_slug) {
  serve();
  const auto list = json(get("/internal/blueprints", owner()));
  BOOST_TEST(list.at("items").at(0).at("slug").as_string() == "ubuntu-24-minimal");
  BOOST_TEST(list.at("nextCursor").is_null());
  BOOST_TEST(json(get("/internal/blueprints/ubuntu-24-minimal", owner())).at("id").as_string() ==
             "ubuntu-24-minimal");
  BOOST_TEST(status(get("/internal/blueprints/none", owner())) == 404);
}

// Contract 5: `error` is the code in lower case here, everything else is as in the public family.
BOOST_AUTO_TEST_CASE(refusals_come_in_the_contracts_order_and_name_their_code_in_lower_case) {
  serve();
  const auto refused = post(pod_path + "/scale", owner(), "{}");
  BOOST_TEST(status(refused) == 422);
  BOOST_TEST(code(refused) == "VALIDATION_FAILED");
  BOOST_TEST(json(refused).at("error").as_string() == "validation_failed");
  BOOST_TEST(code(post(pods + "/5/scale", owner(), "{}")) == "NOT_FOUND");
  BOOST_TEST(code(post(pods + "/5/scale", owner(), R"({"tenantId":"T-2"})")) == "TENANT_MISMATCH");
  BOOST_TEST(status(ask("POST", pods, owner(), "Content-Type: text/plain\r\n", "{}")) == 415);
  BOOST_TEST(code(post(pods, owner(), R"({"hostname":"a","vmid":9101,"vmid":9102})")) ==
             "VALIDATION_FAILED");
}

BOOST_AUTO_TEST_CASE(changes_of_a_tenant_are_limited_and_the_platforms_are_not) {
  settings.rates.mutations_per_minute = 1;
  settings.rates.mutations_burst = 1;
  serve();
  const auto first = post(pod_path + "/start", owner());
  BOOST_TEST(status(first) == 202);
  BOOST_TEST(has(first, "\r\nRateLimit-Remaining: 0\r\n"));
  const auto second = post("/api" + pod_path + "/start", owner());
  BOOST_TEST(status(second) == 429);
  BOOST_TEST(json(second).at("error").as_string() == "rate_limited");
  BOOST_TEST(status(post(pod_path + "/start", service())) == 202);
}

BOOST_AUTO_TEST_SUITE_END()
