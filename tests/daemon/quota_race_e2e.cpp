#include <algorithm>
#include <cstdlib>
#include <future>
#include <random>
#include <sstream>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "daemon/invariants.hpp"
#include "daemon/standing_pod.hpp"

// Contract 10, 12: concurrent requests never overshoot; what an action changes and what is counted
// are one thing, on the node too.

namespace cloudpods::tests {

namespace {

namespace json = boost::json;

std::string order_of(const std::string& name, const std::string& blueprint = vm_blueprint) {
  return R"({"planCode":"starter","blueprint":")" + blueprint + R"(","name":")" + name + R"("})";
}

/// Sends all orders over one connection without waiting for an answer in between.
std::vector<api_answer> send_orders(std::uint16_t port, const std::string& token,
                                    const std::vector<std::string>& bodies) {
  namespace http = boost::beast::http;
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket{io};
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  for (const auto& body : bodies) {
    http::request<http::string_body> request{http::verb::post, "/api/cloud-pods/order", 11};
    request.set(http::field::host, "127.0.0.1");
    request.set(http::field::authorization, "Bearer " + token);
    request.set(http::field::content_type, "application/json");
    request.body() = body;
    request.prepare_payload();
    http::write(socket, request);
  }
  std::vector<api_answer> answers;
  boost::beast::flat_buffer buffer;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    answers.push_back({static_cast<int>(response.result_int()), {}, response.body()});
  }
  return answers;
}

struct racing_site : chaos_site {
  racing_site() { start(); }

  void limit(const std::string& tenant, const std::string& limits) {
    const auto set = client("").post("/api/cloud-pods/tenants/" + tenant + "/quota", limits);
    BOOST_TEST_REQUIRE(set.status == 200, set.text);
  }

  std::vector<api_answer> race(int connections, int orders_each) {
    const auto token = here().token("acme");
    std::vector<std::future<std::vector<api_answer>>> all;
    for (int i = 0; i < connections; ++i) {
      std::vector<std::string> bodies;
      for (int k = 0; k < orders_each; ++k)
        bodies.push_back(order_of("race-" + std::to_string(i) + "-" + std::to_string(k)));
      all.push_back(std::async(std::launch::async, send_orders, daemon().port(), token, bodies));
    }
    std::vector<api_answer> answers;
    for (auto& each : all)
      std::ranges::move(each.get(), std::back_inserter(answers));
    return answers;
  }

  /// Five orders are let in, and every other is told all of why not.
  void check_race(const std::string& limits, const json::object& refusal) {
    limit("acme", limits);
    std::vector<accepted_work> accepted;
    int refused = 0;
    for (const auto& each : race(50, 4)) {
      if (each.status == 202) {
        accepted.push_back(work_of(each));
        continue;
      }
      BOOST_TEST(each.status == 403, each.text);
      const auto said = each.json();
      BOOST_TEST(text_of(said, "code") == "QUOTA_EXCEEDED");
      BOOST_TEST(said.at("details").as_object() == refusal, json::serialize(said));
      ++refused;
    }
    BOOST_TEST(accepted.size() == 5U);
    BOOST_TEST(refused == 195);
    for (const auto& each : accepted)
      BOOST_TEST(end_of(each.job) == "success");
    BOOST_TEST(broken_invariants(*this) == "");
  }

  int status_of_scale(const accepted_work& of, const std::string& size) {
    return client().post("/api/cloud-pods/" + of.pod + "/scale", size).status;
  }

  accepted_work make(const std::string& name, const std::string& blueprint = vm_blueprint) {
    const auto made = order(name, blueprint);
    BOOST_TEST_REQUIRE(end_of(made.job) == "success");
    return made;
  }

  std::string do_on(const accepted_work& of, const std::string& path, const std::string& body = {},
                    const std::string& tenant = "acme") {
    const auto asked = client(tenant).post("/api/cloud-pods/" + of.pod + path, body);
    if (asked.status != 202)
      return asked.text;
    return end_of(text_of(asked.json().at("job"), "id"), tenant);
  }

  /// Every active pod whose guest has another size than its row, its limits and restart in mind.
  std::string sizes_that_differ() {
    std::string wrong;
    for (const auto& each : store().column(
             "SELECT vmid || ' ' || kind || ' ' || cpu_cores || ' ' || memory_mb || ' ' || disk_gb "
             "|| ' ' || (power_state = 'running') FROM cloud_pods WHERE status = 'active'")) {
      std::istringstream words{each};
      std::string vmid;
      std::string kind;
      std::string cores;
      std::string memory;
      std::string disk;
      std::string running;
      words >> vmid >> kind >> cores >> memory >> disk >> running;
      const auto config = node().run({kind == "vm" ? "qm" : "pct", "config", vmid}).out;
      const auto guest = node().guest(std::stoi(vmid));
      for (const auto& wanted :
           {"cores: " + cores + "\n", "memory: " + memory + "\n", "size=" + disk + "G"})
        if (config.find(wanted) == std::string::npos)
          wrong += each + ": no " + wanted + " in\n" + config;
      if (!guest || guest->running != (running == "true"))
        wrong += each + ": the guest's power is another\n";
    }
    return wrong;
  }

  void check_size(const accepted_work& of, std::int64_t cores, std::int64_t disk) {
    const auto now = pod(of.pod);
    BOOST_TEST(now.at("cpuCores").as_int64() == cores);
    BOOST_TEST(now.at("diskGb").as_int64() == disk);
    BOOST_TEST(sizes_that_differ() == "");
  }

  /// A snapshot and an archive remember two cores and a small disk; the quota has room for one.
  void come_back(const std::string& blueprint) {
    const auto made = make("yo-yo", blueprint);
    BOOST_TEST(do_on(made, "/scale", R"({"cpuCores":2,"memoryMb":2048,"reboot":true})") ==
               "success");
    BOOST_TEST(do_on(made, "/backup", R"({"mode":"snapshot"})") == "success");
    BOOST_TEST(do_on(made, "/snapshots", R"({"name":"large"})") == "success");
    BOOST_TEST(do_on(made, "/scale",
                     R"({"cpuCores":1,"memoryMb":1024,"diskGb":33,"reboot":true})") == "success");
    limit("acme", R"({"maxCpuCores":1,"maxMemoryMb":1024})");
    BOOST_TEST(status_of_scale(made, R"({"cpuCores":2})") == 403);
    BOOST_TEST(do_on(made, "/snapshots/large/rollback") == "success");
    check_size(made, 1, 33);
    const auto backup = text_of(
        client().get("/api/cloud-pods/" + made.pod + "/backups").json().at("items").at(0), "id");
    BOOST_TEST(do_on(made, "/restore", R"({"backupId":")" + backup + R"("})") == "success");
    check_size(made, 1, 33);
    BOOST_TEST(node().guest(made.vmid)->running);
    BOOST_TEST(broken_invariants(*this) == "");
  }
};

/// What a tenant asks for by chance, one after the other, without waiting for more than an answer.
class random_tenant {
public:
  random_tenant(chaos_site& site, std::string tenant, unsigned seed)
      : site_(site), tenant_(std::move(tenant)), chance_(seed) {}

  /// Tells of answers that no request should get.
  std::string act(int requests) {
    std::string wrong;
    for (int i = 0; i < requests; ++i) {
      const auto answer = ask_something();
      if (answer.status >= 500 || answer.status == 400 || answer.status == 422)
        wrong += std::to_string(answer.status) + ": " + answer.text + "\n";
      if (answer.status == 202)
        keep(answer.json());
    }
    return wrong;
  }

private:
  std::size_t below(std::size_t limit) { return chance_() % limit; }

  void keep(const json::value& said) {
    jobs_.push_back(text_of(said.at("job"), "id"));
    const auto pod = text_of(said.at("pod"), "id");
    if (std::ranges::find(pods_, pod) == pods_.end())
      pods_.push_back(pod);
  }

  api_answer ask_something() {
    const auto client = site_.client(tenant_);
    if (pods_.empty() || below(8) == 0)
      return client.post("/api/cloud-pods/order",
                         order_of(tenant_ + "-" + std::to_string(++names_),
                                  below(2) == 0 ? vm_blueprint : ct_blueprint));
    if (below(8) == 0)
      return client.post("/api/cloud-pods/jobs/" + jobs_[below(jobs_.size())] + "/cancel", "");
    const auto pod = "/api/cloud-pods/" + pods_[below(pods_.size())];
    if (below(12) == 0)
      return client.post(pod + "/destroy", "");
    return act_on(client, pod);
  }

  api_answer act_on(const api_client& client, const std::string& pod) {
    const auto size = std::to_string(1 + below(3));
    switch (below(8)) {
    case 0:
      return client.post(pod + "/stop", R"({"force":true})");
    case 1:
      return client.post(pod + "/start", "");
    case 2:
      return client.post(pod + "/reboot", R"({"force":true})");
    case 3:
      return client.post(pod + "/scale", R"({"cpuCores":)" + size + R"(,"memoryMb":)" + size +
                                             R"(024,"diskGb":4)" + size + R"(,"reboot":true})");
    case 4:
      return client.post(pod + "/backup", R"({"mode":"snapshot"})");
    case 5:
      return client.post(pod + "/snapshots", R"({"name":"s)" + std::to_string(++names_) + R"("})");
    case 6:
      return client.post(pod + "/snapshots/s" + std::to_string(names_) + "/rollback", "");
    default:
      return client.post(pod + "/sync", "");
    }
  }

  chaos_site& site_;
  std::string tenant_;
  std::mt19937 chance_;
  std::vector<std::string> pods_;
  std::vector<std::string> jobs_;
  int names_ = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(quota_races, racing_site)

BOOST_AUTO_TEST_CASE(two_hundred_orders_for_five_places_get_five) {
  check_race(R"({"maxPods":5})", {{"max_pods", 5},
                                  {"current_pods", 5},
                                  {"requested_pods", 1},
                                  {"max_cpu_cores", 400},
                                  {"current_cpu_cores", 5},
                                  {"requested_cpu_cores", 1},
                                  {"max_memory_mb", 400000},
                                  {"current_memory_mb", 5120},
                                  {"requested_memory_mb", 1024},
                                  {"max_disk_gb", 10000},
                                  {"current_disk_gb", 150},
                                  {"requested_disk_gb", 30},
                                  {"error_field", "pods"},
                                  {"error_code", "MAX_PODS_EXCEEDED"}});
}

BOOST_AUTO_TEST_CASE(two_hundred_orders_for_the_memory_of_five_get_five) {
  check_race(R"({"maxMemoryMb":6143})", {{"max_pods", 100},
                                         {"current_pods", 5},
                                         {"requested_pods", 1},
                                         {"max_cpu_cores", 400},
                                         {"current_cpu_cores", 5},
                                         {"requested_cpu_cores", 1},
                                         {"max_memory_mb", 6143},
                                         {"current_memory_mb", 5120},
                                         {"requested_memory_mb", 1024},
                                         {"max_disk_gb", 10000},
                                         {"current_disk_gb", 150},
                                         {"requested_disk_gb", 30},
                                         {"error_field", "memory_mb"},
                                         {"error_code", "MAX_MEMORY_EXCEEDED"}});
}

BOOST_AUTO_TEST_CASE(of_scales_side_by_side_only_what_fits_is_let_in) {
  std::vector<accepted_work> pods;
  for (const auto* name : {"one", "two", "three"})
    pods.push_back(make(name));
  limit("acme", R"({"maxCpuCores":5})");
  std::vector<std::future<int>> all;
  for (const auto& each : pods)
    all.push_back(std::async(std::launch::async, [this, &each] {
      return status_of_scale(each, R"({"cpuCores":3,"reboot":true})");
    }));
  std::vector<int> statuses;
  for (auto& each : all)
    statuses.push_back(each.get());
  std::ranges::sort(statuses);
  BOOST_TEST(statuses == (std::vector{202, 403, 403}), boost::test_tools::per_element());
  BOOST_TEST(store().await("SELECT count(*) = 0 FROM cloud_pod_jobs WHERE status IN ('pending', "
                           "'running')"));
  BOOST_TEST(sizes_that_differ() == "");
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_second_scale_waits_for_nobody) {
  const auto made = make("once");
  node().add_fault(
      {.pattern = "qm set*", .kind = "hang", .when = support::strike::before, .name = "scale"});
  const auto first = work_of(
      client().post("/api/cloud-pods/" + made.pod + "/scale", R"({"cpuCores":2,"reboot":true})"));
  BOOST_TEST(node().wait_hanging("scale"));
  BOOST_TEST(status_of_scale(made, R"({"cpuCores":3})") == 409);
  node().release("scale");
  BOOST_TEST(end_of(first.job) == "success");
  check_size(made, 2, 30);
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_scale_that_fails_leaves_books_and_node_as_they_were) {
  const auto made = make("stays");
  node().add_fault(
      {.pattern = "qm resize*", .kind = "fail", .times = 1, .exit = 1, .text = "out of space"});
  BOOST_TEST(do_on(made, "/scale", R"({"cpuCores":2,"diskGb":50,"reboot":true})") == "failed");
  check_size(made, 1, 30);
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(a_destroy_beside_a_scale_leaves_nothing_counted) {
  const auto made = make("leaves");
  node().add_fault(
      {.pattern = "qm set*", .kind = "hang", .when = support::strike::after, .name = "scale"});
  const auto scaled = work_of(client().post("/api/cloud-pods/" + made.pod + "/scale",
                                            R"({"cpuCores":2,"diskGb":50,"reboot":true})"));
  BOOST_TEST(node().wait_hanging("scale"));
  const auto gone = destroy(made.pod);
  node().release("scale");
  BOOST_TEST(end_of(gone.job) == "success");
  BOOST_TEST(end_of(scaled.job) == "cancelled");
  BOOST_TEST(store().value("SELECT used_cpu_cores + reserved_cpu_cores + used_disk_gb + "
                           "reserved_disk_gb FROM cloud_pod_quotas") == "0");
  BOOST_TEST(broken_invariants(*this) == "");
}

BOOST_AUTO_TEST_CASE(an_old_size_of_a_vm_never_comes_back_past_the_quota) {
  come_back(vm_blueprint);
}

BOOST_AUTO_TEST_CASE(an_old_size_of_a_container_never_comes_back_past_the_quota) {
  come_back(ct_blueprint);
}

/// `RANDOM_SEED` repeats what a seed that is told in a failure did.
BOOST_AUTO_TEST_CASE(after_whatever_tenants_ask_log_tables_and_node_agree) {
  const auto* given = std::getenv("RANDOM_SEED");
  const auto seed =
      given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
  BOOST_TEST_CONTEXT("RANDOM_SEED=" << seed) {
    std::vector<std::future<std::string>> all;
    for (unsigned i = 0; i < 4; ++i) {
      const auto tenant = "tenant-" + std::to_string(i);
      limit(tenant, R"({"maxPods":3,"maxCpuCores":6})");
      all.push_back(std::async(std::launch::async, [this, tenant, seed, i] {
        return random_tenant{*this, tenant, seed + i}.act(60);
      }));
    }
    for (auto& each : all)
      BOOST_TEST(each.get() == "");
    BOOST_TEST(store().await("SELECT (SELECT count(*) FROM cloud_pod_queue WHERE status IN "
                             "('queued', 'running')) = 0",
                             "t", std::chrono::seconds{60}));
    BOOST_TEST(sizes_that_differ() == "");
    BOOST_TEST(broken_invariants(*this) == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
