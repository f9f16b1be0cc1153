#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/api_document.hpp"
#include "daemon/chaos_site.hpp"
#include "daemon/crossings.hpp"

// Contract 4, 5: what is another tenant's is, to a caller, what never existed: the same answer to
// the byte, whatever is asked. Every route has to say here how it is asked.

namespace cloudpods::tests {

namespace {

/// What a tenant has, or what nobody has: the same in length.
struct belongings {
  std::string pod;
  std::string vmid;
  std::string job;
  std::string backup;
  std::string tenant;
  std::string deployment = {};
  std::string recommendation = {};
};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::string filled(std::string text, const belongings& of) {
  for (const auto& [what, by] : {std::pair{"@pod", of.pod},
                                 {"@vmid", of.vmid},
                                 {"@job", of.job},
                                 {"@backup", of.backup},
                                 {"@tenant", of.tenant},
                                 {"@deployment", of.deployment},
                                 {"@recommendation", of.recommendation}})
    text = replaced(text, what, by);
  return text;
}

/// Another of the same length, which is nobody's.
std::string nobodys(std::string id) {
  id.back() = id.back() == '0' ? '1' : '0';
  return id;
}

/// The answer without what is the asker's own: the path asked for and the name of the request.
std::string bytes_of(const api_answer& answer, const belongings& asked) {
  auto text = std::to_string(answer.status) + "\n";
  for (const auto& [name, value] : answer.headers)
    if (name != "x-request-id" && name != "date")
      text += name + ": " + value + "\n";
  auto body = answer.text;
  if (body.starts_with('{')) {
    auto said = answer.json();
    auto& members = said.as_object();
    if (members.contains("requestId"))
      members["requestId"] = "";
    body = boost::json::serialize(said);
  }
  text += body;
  for (const auto* each : {&asked.pod, &asked.vmid, &asked.job, &asked.backup, &asked.tenant,
                           &asked.deployment, &asked.recommendation})
    if (!each->empty())
      text = replaced(text, *each, std::string(each->size(), '-'));
  return text;
}

struct two_tenants : chaos_site {
  belongings theirs;
  belongings nobodys_own;
  std::string own_pod;

  two_tenants()
      : chaos_site(
            [](installation& here) { here.set("http", "metrics_from = [\"192.0.2.0/24\"]"); }) {
    start();
    const auto made = order("theirs", vm_blueprint, "acme-1");
    BOOST_TEST_REQUIRE(end_of(made.job, "acme-1") == "success");
    done(made.pod, "/snapshots", R"({"name":"before"})", "acme-1");
    done(made.pod, "/backup", R"({"mode":"snapshot"})", "acme-1");
    const auto backups = client("acme-1").get("/api/cloud-pods/" + made.pod + "/backups").json();
    theirs = {made.pod, std::to_string(made.vmid), made.job,
              text_of(backups.at("items").at(0), "id"), "acme-1"};
    nobodys_own = {nobodys(made.pod), "199998", nobodys(made.job), nobodys(theirs.backup),
                   "acme-9"};
    theirs.deployment = deploy("acme-1");
    nobodys_own.deployment = nobodys(theirs.deployment);
    theirs.recommendation = recommended(made.vmid);
    nobodys_own.recommendation = nobodys(theirs.recommendation);
    const auto own = order("mine", vm_blueprint, "other");
    BOOST_TEST_REQUIRE(end_of(own.job, "other") == "success");
    own_pod = own.pod;
  }

  std::string deploy(const std::string& tenant) {
    const auto put = client("").send(
        "PUT", "/internal/blueprints/pair",
        R"({"version":1,"resources":[{"kind":"CloudPod","role":"app","hostnamePattern":"pair",
            "cores":1,"memoryMb":512,"swapMb":0}]})",
        {});
    BOOST_TEST_REQUIRE(put.status == 200, put.text);
    const auto made = client(tenant).post("/internal/blueprints/pair/deploy", {}).json();
    BOOST_TEST_REQUIRE(end_of(text_of(made.at("job"), "id"), tenant) == "success");
    return text_of(made.at("deployment"), "id");
  }

  void done(const std::string& pod, const std::string& path, const std::string& body,
            const std::string& tenant) {
    const auto asked = client(tenant).post("/api/cloud-pods/" + pod + path, body);
    BOOST_TEST_REQUIRE(asked.status == 202, asked.text);
    BOOST_TEST_REQUIRE(end_of(text_of(asked.json().at("job"), "id"), tenant) == "success");
  }

  std::string recommended(int vmid) {
    const auto posted =
        client({}).post("/internal/focalpilot/recommendations",
                        R"({"cloudPodVmid":)" + std::to_string(vmid) +
                            R"(,"severity":"info","issue":"Nothing of theirs is shown",)"
                            R"("recommendedActions":[{"type":"RUN_BACKUP"}]})");
    BOOST_TEST_REQUIRE(posted.status == 201, posted.text);
    return text_of(posted.json(), "id");
  }

  std::set<std::string> operations() {
    return api_document{client().get("/openapi.json").json()}.operations();
  }

  api_answer ask(const std::string& operation, const std::string& path, const std::string& body,
                 const api_client::header_list& headers = {}) {
    return client("other").send(operation.substr(0, operation.find(' ')), path, body, headers);
  }

  void compare(const std::string& operation, const std::string& path, const std::string& body,
               const api_client::header_list& headers = {}) {
    const auto one = ask(operation, filled(path, theirs), filled(body, theirs), headers);
    const auto none = ask(operation, filled(path, nobodys_own), filled(body, nobodys_own), headers);
    BOOST_TEST(one.status >= 400, operation << " " << path << ": " << one.text);
    BOOST_TEST(bytes_of(one, theirs) == bytes_of(none, nobodys_own), operation << " " << path);
  }

  /// With the pod's id, and with its vmid.
  void compare_paths(const std::string& operation, const crossing& as) {
    auto path = operation.substr(operation.find(' ') + 1);
    path = replaced(path, "{name}", "before");
    path = replaced(path, "jobs/{id}", "jobs/@job");
    path = replaced(path, "deployments/{id}", "deployments/@deployment");
    path = replaced(path, "recommendations/{id}", "recommendations/@recommendation");
    path = replaced(path, "tenants/{id}", "tenants/@tenant");
    path = replaced(path, "tenants/{tenantId}", "tenants/@tenant");
    for (const auto* each : {"@pod", "@vmid"}) {
      const auto at = replaced(replaced(path, "{ref}", each), "{vmid}", each);
      compare(operation, at, as.body);
      compare(operation, at, as.body, {{"Idempotency-Key", "k"}});
      compare(operation, at, as.body, {{"If-Match", "\"3\""}});
      compare(operation, at + "?tenantId=other", as.body);
      compare(operation, at + "?tenantId=@tenant", as.body);
    }
  }

  void look_into(const std::string& operation, const std::string& path, const std::string& query) {
    const auto own = ask(
        operation,
        path + (path.ends_with("quota") && !query.empty() ? query.substr(0, query.find("&")) : ""),
        {});
    for (const auto& each :
         {theirs.pod, theirs.job, theirs.backup, theirs.tenant, theirs.recommendation})
      BOOST_TEST(own.text.find(each) == std::string::npos, operation << ": " << own.text);
    const auto one = ask(operation, path + filled(query, theirs), {});
    const auto none = ask(operation, path + filled(query, nobodys_own), {});
    BOOST_TEST(bytes_of(one, theirs) == bytes_of(none, nobodys_own), operation << query);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(isolation, two_tenants)

BOOST_AUTO_TEST_CASE(what_is_anothers_is_answered_as_what_never_was) {
  std::set<std::string> known;
  const auto all = crossings();
  for (const auto& [operation, as] : all)
    known.insert(operation);
  BOOST_TEST(known == operations(), boost::test_tools::per_element());
  for (const auto& [operation, as] : all)
    BOOST_TEST_CONTEXT(operation) {
      const auto path = operation.substr(operation.find(' ') + 1);
      if (as.how == way::by_path)
        compare_paths(operation, as);
      else if (as.how == way::by_query)
        compare(operation, replaced(path, "{slug}", "pair"), as.body);
      else if (as.how == way::in_lists)
        look_into(operation, path, as.query);
    }
}

BOOST_AUTO_TEST_CASE(the_header_of_a_tenant_opens_no_other) {
  for (const auto* path :
       {"/api/cloud-pods", "/api/cloud-pods/jobs", "/api/cloud-pods/events",
        "/api/cloud-pods/my-quota", "/internal/cloudpods", "/api/internal/cloudpods"}) {
    const auto one = ask("GET", path, {}, {{"X-Tenant-Id", theirs.tenant}});
    const auto none = ask("GET", path, {}, {{"X-Tenant-Id", nobodys_own.tenant}});
    BOOST_TEST(one.status == 403, path);
    BOOST_TEST(bytes_of(one, theirs) == bytes_of(none, nobodys_own), path);
  }
}

BOOST_AUTO_TEST_CASE(an_own_pod_takes_nothing_of_anothers) {
  const auto path = "/api/cloud-pods/" + own_pod;
  compare("POST", path + "/restore", R"({"backupId":"@backup"})");
  const auto one = ask("POST", path + "/snapshots/before/rollback", {});
  BOOST_TEST(one.status == 404, one.text);
  BOOST_TEST(ask("DELETE", path + "/snapshots/before", {}).status == 404);
}

/// An answer that was kept for one tenant's key is no other's.
BOOST_AUTO_TEST_CASE(a_key_opens_no_answer_of_another_tenant) {
  const auto body = R"({"planCode":"starter","name":"twice"})";
  const auto one =
      client("acme-1").post("/api/cloud-pods/order", body, {{"Idempotency-Key", "k1"}});
  const auto other =
      client("other").post("/api/cloud-pods/order", body, {{"Idempotency-Key", "k1"}});
  BOOST_TEST(one.status == 202);
  BOOST_TEST(other.status == 202);
  BOOST_TEST(!other.headers.contains("idempotency-replayed"));
  BOOST_TEST(text_of(one.json().at("pod"), "id") != text_of(other.json().at("pod"), "id"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
