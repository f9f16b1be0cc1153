#include <random>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/chaos_site.hpp"

// Contract 7: both families show every pod, job and event; platform-spec 7.2 and 9.

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

const std::map<std::string, std::string> platforms_status{
    {"pending", "provisioning"}, {"provisioning", "provisioning"}, {"active", "active"},
    {"error", "failed"},         {"deleting", "deleting"},         {"deleted", "deleted"}};
const std::map<std::string, std::string> platforms_type{
    {"provision", "CREATE"}, {"destroy", "DESTROY"},    {"backup", "BACKUP"},
    {"scale", "SCALE"},      {"power", "POWER"},        {"suspend", "SUSPEND"},
    {"sync", "SYNC"},        {"health", "HEALTH_CHECK"}};

std::string text_or_none(const json::value& from, const char* name) {
  return json::serialize(from.at(name));
}

struct two_families : chaos_site {
  two_families() {
    node().set_latency("*", std::chrono::milliseconds{0});
    start();
  }

  json::value get(const std::string& path) {
    const auto answer = client().get(path);
    BOOST_TEST_REQUIRE(answer.status == 200, path << ": " << answer.text);
    return answer.json();
  }
  static std::map<std::string, json::value> by_id(const json::value& page) {
    std::map<std::string, json::value> found;
    for (const auto& each : page.at("items").as_array())
      found.emplace(text_of(each, "id"), each);
    return found;
  }

  static std::string ids_of(const json::value& page) {
    std::string ids;
    for (const auto& each : page.at("items").as_array())
      ids += text_of(each, "id") + ' ';
    return ids;
  }

  /// Reads `path` until nothing changed between the first read and one after `then`.
  json::value steady(const std::string& path, const std::function<void()>& then) {
    for (;;) {
      auto before = get(path);
      then();
      if (json::serialize(before) == json::serialize(get(path)))
        return before;
    }
  }

  void compare_pods() {
    json::value theirs;
    json::value quota;
    const auto ours = by_id(steady("/api/cloud-pods?limit=500", [&] {
      theirs = get("/internal/cloudpods?limit=500");
      quota = get("/internal/tenants/acme/quota");
    }));
    const auto cloud_pods = by_id(theirs);
    BOOST_TEST_REQUIRE(ours.size() == cloud_pods.size());
    for (const auto& [id, pod] : ours) {
      BOOST_TEST_REQUIRE(cloud_pods.contains(id));
      const auto& other = cloud_pods.at(id);
      BOOST_TEST(platforms_status.at(text_of(pod, "status")) == text_of(other, "status"));
      for (const auto* same : {"vmid", "hostname", "memoryMb", "swapMb", "tenantId", "updatedAt"})
        BOOST_TEST(text_or_none(pod, same) == text_or_none(other, same), same);
      BOOST_TEST(text_or_none(pod, "cpuCores") == text_or_none(other, "cores"));
      BOOST_TEST(text_or_none(pod, "ipAddress") == text_or_none(other, "ip"));
      pods[id] = std::to_string(pod.at("vmid").as_int64());
    }
    std::erase_if(pods, [&](const auto& each) { return !ours.contains(each.first); });
  }

  void compare_work(const std::string& id, const std::string& vmid) {
    const auto mine = "/api/cloud-pods/" + id;
    const auto other = "/internal/cloudpods/" + vmid;
    // A vmid names its pod until that is deleted.
    if (text_of(pod(id), "status") == "deleting" || text_of(pod(id), "status") == "deleted")
      return;
    json::value theirs;
    const auto jobs =
        by_id(steady(mine + "/jobs?limit=500", [&] { theirs = get(other + "/jobs?limit=500"); }));
    const auto their_jobs = by_id(theirs);
    BOOST_TEST(jobs.size() == their_jobs.size());
    for (const auto& [job, told] : jobs) {
      BOOST_TEST_REQUIRE(their_jobs.contains(job));
      const auto status = text_of(told, "status");
      BOOST_TEST((status == "pending" ? "queued" : status) ==
                 text_of(their_jobs.at(job), "status"));
      BOOST_TEST(platforms_type.at(text_of(told, "type")) == text_of(their_jobs.at(job), "type"));
    }
    json::value their_events;
    const auto events = steady(mine + "/events?limit=500",
                               [&] { their_events = get(other + "/events?limit=500"); });
    BOOST_TEST(ids_of(events) == ids_of(their_events));
  }

  void compare() {
    compare_pods();
    for (const auto& [id, vmid] : pods)
      compare_work(id, vmid);
  }

  /// A wish by one of the families; refusals are part of a life.
  void wish(bool platforms, const std::string& what, const std::string& body) {
    auto at = pods.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(chance() % pods.size()));
    const auto path =
        platforms ? "/internal/cloudpods/" + at->second : "/api/cloud-pods/" + at->first;
    const auto answer = client().post(path + "/" + what, body);
    // A destroy may have ended since the pods were listed.
    if (answer.status == 404 && text_of(pod(at->first), "status") == "deleted")
      return;
    BOOST_TEST((answer.status < 500 && answer.status != 404 && answer.status != 400 &&
                answer.status != 422),
               what << ": " << answer.text);
  }

  void order_one(bool platforms, int number) {
    const auto name = "pod-" + std::to_string(number);
    const auto answer =
        platforms ? client().post("/internal/cloudpods",
                                  R"({"hostname":")" + name + R"(","cores":1,"memoryMb":512})")
                  : client().post("/api/cloud-pods/order",
                                  R"({"planCode":"starter","name":")" + name + "\"}");
    BOOST_TEST_REQUIRE(answer.status == 202, answer.text);
  }

  void step(int number) {
    const bool platforms = chance() % 2 == 0;
    const auto what = pods.size() < 2 ? 0U : chance() % 10;
    if (what < 2 && pods.size() < 5) {
      order_one(platforms, number);
    } else if (what == 9) {
      wish(platforms, "destroy", "{}");
    } else if (what == 8) {
      const auto cores = std::to_string(1 + chance() % 3);
      wish(platforms, "scale",
           platforms ? R"({"newCores":)" + cores + "}" : R"({"cpuCores":)" + cores + "}");
    } else {
      const std::array words{"start", "stop", "reboot", "sync", "backup", "health"};
      wish(platforms, words[chance() % words.size()], "{}");
    }
  }

  std::mt19937 chance;
  std::map<std::string, std::string> pods; ///< vmids of those that live, by id
};

struct platforms_quota : chaos_site {
  platforms_quota() {
    start();
    const auto set = client("").post("/api/cloud-pods/tenants/acme/quota",
                                     R"({"maxPods":2,"maxCpuCores":4,"maxMemoryMb":4096})");
    BOOST_TEST_REQUIRE(set.status == 200, set.text);
  }

  std::string used() {
    return here().select("SELECT concat_ws(' ', used_pods, used_cpu_cores, used_memory_mb) FROM "
                         "cloud_pod_quotas WHERE tenant_id = 'acme'");
  }
  std::string told(const std::string& job) {
    return here().select("SELECT string_agg(name, ' ' ORDER BY seq) FROM cloud_pod_events WHERE "
                         "job_id = '" +
                         job + "' AND name LIKE 'quota.%'");
  }
  /// The job of an accepted request, which ends well.
  std::string done(const api_answer& accepted) {
    BOOST_TEST_REQUIRE(accepted.status == 202, accepted.text);
    auto job = text_of(accepted.json(), "jobId");
    BOOST_TEST(end_of(job) == "success");
    return job;
  }
};

constexpr auto first_pod =
    R"({"tenantId":"acme","hostname":"first","cores":2,"memoryMb":2048,"swapMb":512})";

} // namespace

BOOST_FIXTURE_TEST_CASE(both_families_show_the_same_at_any_moment, two_families) {
  const auto* given = std::getenv("CLOUDPODS_SEED");
  const auto seed =
      given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
  BOOST_TEST_MESSAGE("CLOUDPODS_SEED=" << seed);
  chance.seed(seed);
  for (int number = 0; number < 60; ++number) {
    step(number);
    compare();
  }
  const auto verified = here().run("verify-log");
  BOOST_TEST(verified.code == 0, verified.err << verified.out);
}

BOOST_FIXTURE_TEST_SUITE(the_platforms_books, platforms_quota)

// platform-spec 7.2
BOOST_AUTO_TEST_CASE(a_scale_backs_up_first_and_sets_the_new_size) {
  const auto as = client("");
  done(as.post("/internal/cloudpods", first_pod));
  const auto vmid = here().select("SELECT vmid FROM cloud_pods");
  const auto job = done(as.post("/internal/cloudpods/" + vmid + "/scale",
                                R"({"tenantId":"acme","newCores":4,"newMemoryMb":4096,)"
                                R"("backupFirst":true,"reason":"busy"})"));
  BOOST_TEST(here().select("SELECT concat_ws(' ', cpu_cores, memory_mb) FROM cloud_pods") ==
             "4 4096");
  const auto guest = node().guest(std::stoi(vmid));
  BOOST_TEST_REQUIRE(guest.has_value());
  BOOST_TEST(guest->config.at("cores") == "4");
  BOOST_TEST(guest->config.at("memory") == "4096");
  BOOST_TEST(here().select("SELECT string_agg(name, ' ' ORDER BY seq) FROM cloud_pod_events WHERE "
                           "job_id = '" +
                           job + "' AND name IN ('pod.backed_up', 'pod.scaled')") ==
             "pod.backed_up pod.scaled");
}

// platform-spec 9.1, 9.2
BOOST_AUTO_TEST_CASE(what_pods_use_is_counted_and_what_is_too_much_refused) {
  const auto as = client("");
  const auto created = done(as.post("/internal/cloudpods", first_pod));
  BOOST_TEST(used() == "1 2 2048");
  BOOST_TEST(told(created) == "quota.reserved quota.committed");
  const auto pod = "/internal/cloudpods/" + here().select("SELECT vmid FROM cloud_pods");
  for (const auto& [path, body] :
       {std::pair{std::string{"/internal/cloudpods"},
                  std::string{R"({"tenantId":"acme","hostname":"second","cores":3})"}},
        std::pair{pod + "/scale", std::string{R"({"tenantId":"acme","newMemoryMb":4608})"}}}) {
    const auto refused = as.post(path, body);
    BOOST_TEST(refused.status == 403, refused.text);
    BOOST_TEST(text_of(refused.json(), "error") == "quota_exceeded");
  }
  BOOST_TEST(used() == "1 2 2048");
  done(as.post(pod + "/scale", R"({"tenantId":"acme","newCores":1})"));
  BOOST_TEST(used() == "1 1 2048");
  const auto destroyed =
      done(as.post(pod + "/destroy", R"({"tenantId":"acme","reason":"user request"})"));
  BOOST_TEST(used() == "0 0 0");
  BOOST_TEST(told(destroyed) == "quota.released");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
