#include <cstdlib>

#include <boost/test/unit_test.hpp>

#include "daemon/chaos_site.hpp"
#include "metrics/exposition.hpp"

// Contract 8, 12, 18: what operators and Prometheus read of a daemon that works.

namespace cloudpods::tests {

namespace {

struct operators_site : chaos_site {
  operators_site()
      : chaos_site(
            [](installation& here) { here.set("http", "metrics_from = [\"127.0.0.0/8\"]"); }) {
    start();
    BOOST_TEST_REQUIRE(daemon().await_log("\"node-up"));
  }

  api_client admin() { return daemon().client("", "", "platform:admin"); }
  exposition metrics() { return exposition{daemon().anyone().get("/metrics").text}; }
  std::string first(const std::string& sql) { return store().value(sql); }
};

/// Every name of contract 18.
const std::vector<std::string> names{"cloudpods_http_requests_total",
                                     "cloudpods_http_request_duration_seconds",
                                     "cloudpods_jobs_total",
                                     "cloudpods_job_duration_seconds",
                                     "cloudpods_queue_items",
                                     "cloudpods_queue_oldest_seconds",
                                     "cloudpods_ssh_commands_total",
                                     "cloudpods_ssh_command_duration_seconds",
                                     "cloudpods_node_up",
                                     "cloudpods_node_cpu_ratio",
                                     "cloudpods_node_memory_ratio",
                                     "cloudpods_storage_used_ratio",
                                     "cloudpods_event_log_position",
                                     "cloudpods_event_append_duration_seconds",
                                     "cloudpods_event_batch_size",
                                     "cloudpods_stream_subscribers",
                                     "cloudpods_pods",
                                     "cloudpods_tenant_quota",
                                     "cloudpods_tenant_pods",
                                     "cloudpods_actor_mailbox_depth"};

} // namespace

BOOST_FIXTURE_TEST_SUITE(operators, operators_site)

BOOST_AUTO_TEST_CASE(prometheus_reads_what_happened) {
  const auto made = order("one");
  BOOST_TEST_REQUIRE(end_of(made.job) == "success");
  BOOST_TEST(node().wait_until([&] {
    return metrics().value("cloudpods_node_cpu_ratio", {{"node", "pve1"}}).has_value();
  }));
  const auto seen = metrics();
  for (const auto& each : names)
    BOOST_TEST((seen.find(each) != nullptr && !seen.find(each)->samples.empty()), each);
  BOOST_TEST(seen.value("cloudpods_jobs_total", {{"action", "provision"}, {"result", "success"}})
                 .value() == 1);
  BOOST_TEST(seen.value("cloudpods_ssh_commands_total",
                        {{"node", "pve1"}, {"operation", "clone"}, {"result", "succeeded"}})
                 .value() == 1);
  BOOST_TEST(seen.value("cloudpods_node_up", {{"node", "pve1"}}).value() == 1);
  BOOST_TEST(seen.value("cloudpods_pods", {{"status", "active"}}).value() == 1);
  BOOST_TEST(
      seen.value("cloudpods_tenant_pods", {{"tenant", "acme"}, {"status", "active"}}).value() == 1);
  BOOST_TEST(seen.value("cloudpods_tenant_quota",
                        {{"tenant", "acme"}, {"resource", "pods"}, {"kind", "limit"}})
                 .value() == 100);
  BOOST_TEST(seen.value("cloudpods_event_log_position").value() ==
             std::stod(first("SELECT seq FROM cloud_pod_log_head")));
  BOOST_TEST(seen.value("cloudpods_http_requests_total",
                        {{"method", "POST"}, {"route", "/api/cloud-pods/order"}, {"status", "202"}})
                 .value() == 1);
}

BOOST_AUTO_TEST_CASE(promtool_finds_nothing_to_say) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    BOOST_TEST_MESSAGE("promtool is not installed: the parser of our own has to do");
    return;
  }
  const auto checked = support::run_program({"promtool", "check", "metrics"},
                                            daemon().anyone().get("/metrics").text);
  BOOST_TEST(checked.code == 0, checked.out + checked.err);
}

BOOST_AUTO_TEST_CASE(stats_and_lists_tell_of_all_tenants) {
  BOOST_TEST_REQUIRE(end_of(order("one").job) == "success");
  BOOST_TEST_REQUIRE(end_of(order("two", ct_blueprint, "other").job, "other") == "success");
  const auto stats = admin().get("/api/cloud-pods/admin/stats").json();
  BOOST_TEST(stats.at("tenants").as_int64() == 2);
  BOOST_TEST(stats.at("pods").at("total").as_int64() == 2);
  BOOST_TEST(stats.at("pods").at("byStatus").at("active").as_int64() == 2);
  BOOST_TEST(stats.at("pods").at("byPlan").at("starter").as_int64() == 2);
  BOOST_TEST(stats.at("pods").at("provisioned24h").as_int64() == 2);
  BOOST_TEST(stats.at("mrr").as_double() == 2.98);
  BOOST_TEST(stats.at("resources").at("cpuCores").as_int64() == 2);
  BOOST_TEST(stats.at("jobs").at("succeeded24h").as_int64() == 2);
  BOOST_TEST(stats.at("nodes").as_array().size() == 1U);
  const auto tenants = admin().get("/api/cloud-pods/admin/tenants?limit=1").json();
  BOOST_TEST(text_of(tenants.at("items").at(0), "id") == "acme");
  const auto rest =
      admin().get("/api/cloud-pods/admin/tenants?cursor=" + text_of(tenants, "nextCursor")).json();
  BOOST_TEST(text_of(rest.at("items").at(0), "id") == "other");
  const auto events = admin().get("/api/cloud-pods/admin/events?name=pod.active&limit=500").json();
  BOOST_TEST(events.at("items").as_array().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_recalculation_finds_what_was_changed_behind_the_log) {
  const auto made = order("one");
  BOOST_TEST_REQUIRE(end_of(made.job) == "success");
  const auto recounted = [&] {
    const auto answer = admin().post("/api/cloud-pods/tenants/acme/quota/recalculate", "");
    BOOST_TEST(answer.status == 200, answer.text);
    return answer.json();
  };
  const auto clean = recounted();
  BOOST_TEST(clean.at("differences").as_array().empty());
  BOOST_TEST(clean.at("used").at("pods").as_int64() == 1);
  BOOST_TEST(clean.at("nodesRead").as_array().size() == 1U);
  store().value("UPDATE cloud_pod_quotas SET used_pods = 5 RETURNING used_pods");
  const auto found = recounted();
  BOOST_TEST_REQUIRE(found.at("differences").as_array().size() == 1U);
  BOOST_TEST(text_of(found.at("differences").at(0), "field") == "used.pods");
  BOOST_TEST(text_of(found.at("differences").at(0), "found") == "5");
  BOOST_TEST(recounted().at("differences").as_array().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace cloudpods::tests
