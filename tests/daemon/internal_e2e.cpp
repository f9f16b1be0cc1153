#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/running_daemon.hpp"

// Contract 7: the flows of platform-spec 5.1 to 5.5 with that document's own bodies, on real parts.

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

constexpr auto create_body = R"({
  "tenantId": "TENANT-123",
  "hostname": "client-portal",
  "vmid": 9101,
  "planId": "cloud-basic",
  "region": "migra-us-east-1",
  "cores": 2,
  "memoryMb": 2048,
  "swapMb": 512,
  "autoIp": true
})";
constexpr auto backup_body =
    R"({"tenantId": "TENANT-123", "mode": "snapshot", "reason": "before upgrade"})";
constexpr auto scale_body =
    R"({"tenantId": "TENANT-123", "newCores": 4, "newMemoryMb": 4096, "reason": "busy"})";
constexpr auto destroy_body = R"({"tenantId": "TENANT-123", "reason": "user request"})";

const std::string pod_path = "/internal/cloudpods/9101";

std::string text_of(const json::value& from, const char* name) {
  return std::string{from.at(name).as_string()};
}

struct platform {
  installation here;
  std::optional<running_daemon> daemon;
  std::optional<api_client> client;

  platform() {
    here.set("[tenant_plans]", "id = \"cloud-basic\"\nslug = \"cloud-basic\"\n"
                               "name = \"Cloud Basic\"\nmax_pods = 5\nmax_cpu_cores = 10\n"
                               "max_memory_mb = 20480\nmax_disk_gb = 500");
    daemon.emplace(here);
    daemon->await_serving();
    client = daemon->client("", "", "platform:service");
  }

  json::value get(const std::string& path) {
    const auto answer = client->get(path);
    BOOST_TEST_REQUIRE(answer.status == 200, path << ": " << answer.text);
    return answer.json();
  }
  /// The refusal's status and code.
  std::pair<int, std::string> refusal(const std::string& path, const std::string& body) {
    const auto answer = client->post(path, body);
    BOOST_TEST_REQUIRE(answer.status >= 400, answer.text);
    return {answer.status, text_of(answer.json(), "error")};
  }
  json::value end_of(const std::string& job) {
    for (int i = 0; i < 30; ++i) {
      auto seen = get("/internal/jobs/" + job + "?wait=5");
      if (const auto status = text_of(seen, "status"); status != "queued" && status != "running")
        return seen;
    }
    BOOST_FAIL("job " << job << " did not end");
    return {};
  }
  /// The accepted answer's job, ended well.
  json::value done(const api_answer& accepted) {
    BOOST_TEST_REQUIRE(accepted.status == 202, accepted.text);
    const auto document = accepted.json();
    BOOST_TEST(document.at("vmid").as_int64() == 9101);
    BOOST_TEST(text_of(document.at("job"), "id") == text_of(document, "jobId"));
    auto job = end_of(text_of(document, "jobId"));
    BOOST_TEST_REQUIRE(text_of(job, "status") == "success", json::serialize(job));
    return job;
  }
  std::string row(const std::string& columns) {
    return here.select("SELECT concat_ws(' ', " + columns + ") FROM cloud_pods");
  }

  void create() {
    const auto accepted = client->post("/internal/cloudpods", create_body);
    const auto first = accepted.json();
    BOOST_TEST(text_of(first, "hostname") == "client-portal");
    BOOST_TEST(text_of(first.at("job"), "type") == "CREATE");
    BOOST_TEST(text_of(first.at("job"), "status") == "queued");
    BOOST_TEST(json::serialize(first.at("job").at("payload")) ==
               json::serialize(json::parse(create_body)));
    BOOST_TEST(text_of(first.at("cloudPod"), "status") == "provisioning");
    done(accepted);
    const auto pod = get(pod_path);
    BOOST_TEST(text_of(pod, "status") == "active");
    BOOST_TEST(text_of(pod, "ip") == "10.1.10.100");
    BOOST_TEST(pod.at("cores").as_int64() == 2);
    BOOST_TEST(text_of(pod.at("planSnapshot"), "code") == "cloud-basic");
    BOOST_TEST(text_of(pod, "storage") == "clients-main");
    BOOST_TEST(text_of(pod, "bridge") == "vmbr0");
    BOOST_TEST(pod.at("blueprintId").is_null());
    const auto guest = here.node().guest(9101);
    BOOST_TEST_REQUIRE(guest.has_value());
    BOOST_TEST(guest->running);
    BOOST_TEST(guest->type == "lxc");
    BOOST_TEST(guest->config.at("memory") == "2048");
    BOOST_TEST(guest->config.at("swap") == "512");
    BOOST_TEST(row("tenant_id, vmid, kind, status, cpu_cores, memory_mb, swap_mb, disk_gb") ==
               "TENANT-123 9101 ct active 2 2048 512 8");
    BOOST_TEST(row("coalesce(plan_code, 'none'), plan_snapshot->>'code'") == "none cloud-basic");
  }

  void back_up() {
    const auto job = done(client->post(pod_path + "/backup", backup_body));
    BOOST_TEST(text_of(job, "type") == "BACKUP");
    BOOST_TEST(!get(pod_path).at("lastBackupAt").is_null());
    BOOST_TEST(here.select("SELECT count(*) FROM cloud_pod_backups") == "1");
  }

  void scale() {
    const auto job = done(client->post(pod_path + "/scale", scale_body));
    BOOST_TEST(text_of(job, "type") == "SCALE");
    const auto pod = get(pod_path);
    BOOST_TEST(pod.at("cores").as_int64() == 4);
    BOOST_TEST(pod.at("memoryMb").as_int64() == 4096);
    BOOST_TEST(here.node().guest(9101)->config.at("cores") == "4");
    const auto quota = get("/internal/tenants/TENANT-123/quota");
    BOOST_TEST(quota.at("used").at("memoryMb").as_int64() == 4096);
  }

  void check_health() {
    const auto asked = get(pod_path + "/health?refresh=true&triggeredBy=focalpilot");
    const auto job = end_of(text_of(asked, "refreshJobId"));
    BOOST_TEST(text_of(job, "type") == "HEALTH_CHECK");
    BOOST_TEST(text_of(job.at("payload"), "triggeredBy") == "focalpilot");
    const auto known = get(pod_path + "/health");
    BOOST_TEST(known.at("vmid").as_int64() == 9101);
    BOOST_TEST(text_of(known, "lastHealthStatus") == "ok");
    BOOST_TEST(!known.at("lastHealthChecked").is_null());
    done(client->post(pod_path + "/health", R"({"tenantId": "TENANT-123"})"));
  }

  /// Both families show the same pod, jobs and events.
  void compare_families() {
    const api_client::header_list tenant{{"X-Tenant-Id", "TENANT-123"}};
    const auto ours = client->get("/api/cloud-pods?kind=ct", tenant).json();
    const auto theirs = get("/internal/tenants/TENANT-123/cloudpods");
    BOOST_TEST_REQUIRE(theirs.at("items").as_array().size() == 1U);
    const auto& pod = ours.at("items").at(0);
    const auto& cloud_pod = theirs.at("items").at(0);
    BOOST_TEST(json::serialize(get("/api/internal/cloudpods?tenantId=TENANT-123")) ==
               json::serialize(theirs));
    for (const auto* same : {"id", "tenantId", "vmid", "hostname", "region", "swapMb", "storage",
                             "bridge", "createdAt", "updatedAt", "lastBackupAt"})
      BOOST_TEST(json::serialize(pod.at(same)) == json::serialize(cloud_pod.at(same)), same);
    BOOST_TEST(pod.at("planCode").is_null());
    const auto path = "/api/cloud-pods/" + text_of(pod, "id");
    for (const auto* list : {"/jobs", "/events"}) {
      const auto first = get(path + list + "?limit=500").at("items").as_array();
      const auto second = get(pod_path + list + "?limit=500").at("items").as_array();
      BOOST_TEST_REQUIRE(first.size() == second.size());
      BOOST_TEST(first.size() >= 5U);
      for (std::size_t i = 0; i < first.size(); ++i)
        BOOST_TEST(text_of(first[i], "id") == text_of(second[i], "id"));
    }
    BOOST_TEST(here.select("SELECT string_agg(name, ' ' ORDER BY seq) FROM cloud_pod_events WHERE "
                           "name IN ('pod.ordered', 'pod.active', 'pod.backed_up', 'pod.scaled', "
                           "'pod.health_changed')") ==
               "pod.ordered pod.active pod.backed_up pod.scaled pod.health_changed");
  }

  void destroy() {
    BOOST_TEST((refusal(pod_path + "/destroy", R"({"tenantId": "TENANT-9"})") ==
                std::pair{403, std::string{"tenant_mismatch"}}));
    const auto accepted = client->post(pod_path + "/destroy", destroy_body);
    BOOST_TEST(text_of(accepted.json().at("cloudPod"), "status") == "deleting");
    done(accepted);
    BOOST_TEST(!here.node().guest(9101).has_value());
    BOOST_TEST(client->get(pod_path).status == 404);
    const auto gone = get("/internal/tenants/TENANT-123/cloudpods?status=deleted");
    BOOST_TEST(text_of(gone.at("items").at(0), "status") == "deleted");
    BOOST_TEST(row("status") == "deleted");
    const auto quota = get("/internal/tenants/TENANT-123/quota");
    BOOST_TEST(quota.at("usage").at("pods").as_int64() == 0);
  }

  void verify() {
    const auto verified = here.run("verify-log");
    BOOST_TEST(verified.code == 0, verified.err << verified.out);
    BOOST_TEST(here.node().overlaps().empty());
  }
};

std::string container(const std::string& hostname, const std::string& more) {
  return R"({"tenantId":"TENANT-123","hostname":")" + hostname + "\"," + more + "}";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(the_platforms_flows, platform)

BOOST_AUTO_TEST_CASE(a_container_lives_as_the_platforms_document_has_it) {
  create();
  back_up();
  scale();
  check_health();
  compare_families();
  destroy();
  // What a destroyed pod had rests (contract 11).
  const auto again = client->post("/internal/cloudpods", create_body);
  BOOST_TEST(again.status == 409, again.text);
  BOOST_TEST(text_of(again.json(), "code") == "VMID_IN_USE");
  BOOST_TEST(text_of(again.json().at("details"), "reason") == "quarantined");
  verify();
}

BOOST_AUTO_TEST_CASE(what_a_caller_names_is_taken_or_refused_and_never_replaced) {
  const std::string path = "/internal/cloudpods";
  const auto accepted =
      client->post(path, container("named", R"("vmid":9101,"ip":"10.1.20.20","diskGb":12)"));
  done(accepted);
  BOOST_TEST(text_of(get(pod_path), "ip") == "10.1.20.20");
  BOOST_TEST(here.node().guest(9101)->address.starts_with("10.1.20.20/"));
  BOOST_TEST(row("disk_gb") == "12");
  const auto refused = [&](const std::string& more) {
    return refusal(path, container("other", more)).second;
  };
  BOOST_TEST(refused(R"("vmid":9101)") == "vmid_in_use");
  BOOST_TEST(refused(R"("ip":"10.1.20.20")") == "ip_in_use");
  for (const auto* guest : {"100", "499", "9000", "9100"})
    BOOST_TEST(refused(R"("vmid":)" + std::string{guest}) == "vmid_protected", guest);
  BOOST_TEST(refused(R"("ip":"192.168.1.1")") == "validation_failed");
  BOOST_TEST(refused(R"("cores":11,"planId":"cloud-basic")") == "quota_exceeded");
  BOOST_TEST(refused(R"("planId":"starter")") == "plan_not_found");
  BOOST_TEST(refused(R"("blueprintId":"ubuntu-24-minimal")") == "validation_failed");
  BOOST_TEST(refusal(path, container("named", R"("cores":1)")).second == "name_in_use");
  verify();
}

// Contract 11: a vmid that the caller named is not exchanged.
BOOST_AUTO_TEST_CASE(a_named_vmid_that_a_stranger_took_fails_the_create) {
  BOOST_TEST_REQUIRE(daemon->await_log("\"node-up"));
  here.node().stop_sshd();
  BOOST_TEST_REQUIRE(daemon->await_log("\"node-down"));
  const auto accepted = client->post("/internal/cloudpods", container("late", R"("vmid":9101)"));
  BOOST_TEST_REQUIRE(accepted.status == 202, accepted.text);
  const auto made = here.node().run({"qm", "clone", "9100", "9101", "--name", "stranger"});
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  here.node().start_sshd();
  const auto job = end_of(text_of(accepted.json(), "jobId"));
  BOOST_TEST(text_of(job, "status") == "failed");
  BOOST_TEST(text_of(job, "errorCode") == "VMID_IN_USE");
  BOOST_TEST(text_of(get(pod_path), "status") == "failed");
  BOOST_TEST(here.node().guest(9101)->config.at("name") == "stranger");
  verify();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
