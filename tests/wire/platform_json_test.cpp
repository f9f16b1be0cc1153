#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "wire/event_json.hpp"
#include "wire/platform_json.hpp"
#include "wire/platform_words.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;

namespace json = boost::json;

namespace {

using strings = std::vector<std::string>;

const domain::instant noon{std::chrono::milliseconds{1'767'268'800'000}};

template <class Write>
json::value written(Write write) {
  json_writer out;
  write(out);
  return json::parse(out.text());
}

json::value cloud_pod(const domain::pod& pod) {
  return written([&](json_writer& out) { write_cloud_pod(out, pod); });
}

json::value platform_job(const domain::job& job) {
  return written([&](json_writer& out) { write_platform_job(out, job, std::nullopt); });
}

strings members(const json::value& of) {
  strings names;
  for (const auto& each : of.as_object())
    names.emplace_back(each.key());
  return names;
}

} // namespace

// Contract 7: the same things in the platform's words.
BOOST_AUTO_TEST_SUITE(platform_documents)

BOOST_AUTO_TEST_CASE(a_cloud_pod_has_exactly_the_members_of_the_contract) {
  const auto pod = cloud_pod({});
  BOOST_TEST((members(pod) == strings{"id",
                                      "tenantId",
                                      "vmid",
                                      "hostname",
                                      "ip",
                                      "region",
                                      "status",
                                      "planSnapshot",
                                      "cores",
                                      "memoryMb",
                                      "swapMb",
                                      "storage",
                                      "bridge",
                                      "createdAt",
                                      "updatedAt",
                                      "deletedAt",
                                      "lastBackupAt",
                                      "lastHealthStatus",
                                      "lastHealthChecked",
                                      "blueprintId"}));
  for (const auto* name : {"planSnapshot", "deletedAt", "lastBackupAt", "lastHealthStatus",
                           "lastHealthChecked", "blueprintId"})
    BOOST_TEST(pod.at(name).is_null(), name);
  BOOST_TEST(pod.at("ip").as_string() == "");
}

BOOST_AUTO_TEST_CASE(every_status_has_its_word) {
  using enum domain::pod_status;
  const std::vector<std::pair<domain::pod_status, std::string>> words{
      {pending, "provisioning"}, {provisioning, "provisioning"}, {active, "active"},
      {error, "failed"},         {deleting, "deleting"},         {deleted, "deleted"}};
  for (const auto& [status, word] : words) {
    domain::pod pod;
    pod.status = status;
    BOOST_TEST(cloud_pod(pod).at("status").as_string() == word);
  }
}

BOOST_AUTO_TEST_CASE(a_cloud_pod_shows_its_plan_its_health_and_its_address) {
  domain::pod pod;
  pod.order.snapshot = {domain::plan_code{"starter"}, "Starter", 149, 1, 1024, 30, 512, {}};
  pod.order.ip_address = "10.1.10.91";
  pod.order.blueprint = domain::blueprint_code{"debian"};
  pod.health.emplace();
  pod.health->changed_at = noon;
  pod.health->reading.status = domain::health_status::warning;
  const auto shown = cloud_pod(pod);
  BOOST_TEST(json::serialize(shown.at("planSnapshot")) ==
             R"({"code":"starter","name":"Starter","priceMonthly":1.49E0,"vcpu":1,"ramMb":1024,)"
             R"("storageGb":30,"swapMb":512,"bandwidthGb":null})");
  BOOST_TEST(shown.at("ip").as_string() == "10.1.10.91");
  BOOST_TEST(shown.at("blueprintId").as_string() == "debian");
  BOOST_TEST(shown.at("lastHealthStatus").as_string() == "warning");
  BOOST_TEST(shown.at("lastHealthChecked").as_string() == "2026-01-01T12:00:00.000Z");
}

BOOST_AUTO_TEST_CASE(every_kind_and_status_of_a_job_has_its_word) {
  const strings types{"CREATE",   "DESTROY", "SCALE",   "BACKUP",       "RESTORE",
                      "SNAPSHOT", "POWER",   "SUSPEND", "HEALTH_CHECK", "SYNC"};
  const strings statuses{"queued", "running", "success", "failed", "cancelled"};
  domain::job job;
  for (std::size_t i = 0; i < types.size(); ++i) {
    job.type = static_cast<domain::job_type>(i);
    BOOST_TEST(platform_job(job).at("type").as_string() == types[i]);
    BOOST_TEST((own_word(platform_word(job.type)) == job.type));
  }
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    job.status = static_cast<domain::job_status>(i);
    BOOST_TEST(platform_job(job).at("status").as_string() == statuses[i]);
    BOOST_TEST((own_word(platform_word(job.status)) == job.status));
  }
}

BOOST_AUTO_TEST_CASE(a_job_tells_its_failure_as_a_text) {
  domain::job job;
  job.pod = domain::pod_id{"pod-1"};
  job.payload = domain::json_text{R"({"hostname":"client-portal"})"};
  auto shown = platform_job(job);
  BOOST_TEST(shown.at("error").is_null());
  BOOST_TEST(shown.at("result").is_null());
  BOOST_TEST(shown.at("cloudPodId").as_string() == "pod-1");
  BOOST_TEST(shown.at("payload").at("hostname").as_string() == "client-portal");
  job.error = domain::job_error{"CREATE_FAILED", "no space"};
  job.result = domain::job_result{"10.1.10.91", 9101, "done"};
  shown = platform_job(job);
  BOOST_TEST(shown.at("error").as_string() == "no space");
  BOOST_TEST(shown.at("errorCode").as_string() == "CREATE_FAILED");
  BOOST_TEST(shown.at("result").at("ipAddress").as_string() == "10.1.10.91");
}

BOOST_AUTO_TEST_CASE(an_event_has_the_platforms_names_and_ours) {
  domain::event fact;
  fact.seq = 7;
  fact.pod = domain::pod_id{"pod-1"};
  fact.at = noon;
  fact.category = domain::category::state_change;
  fact.message = "CloudPod \"created\"";
  fact.payload = domain::pod_active{"10.1.10.91", domain::power_state::running};
  const auto frame = event_frame(fact, encode_payload(fact.payload));
  const auto shown = written([&](json_writer& out) { write_platform_event(out, frame); });
  BOOST_TEST(shown.at("type").as_string() == "STATE_CHANGE");
  BOOST_TEST(shown.at("cloudPodId").as_string() == "pod-1");
  BOOST_TEST(shown.at("createdAt").as_string() == "2026-01-01T12:00:00.000Z");
  const auto ours = json::parse(event_frame(fact, encode_payload(fact.payload), false)).as_object();
  for (const auto& each : ours)
    BOOST_TEST(json::serialize(shown.at(each.key())) == json::serialize(each.value()), each.key());
}

BOOST_AUTO_TEST_CASE(health_names_the_check_that_was_asked_for) {
  domain::pod pod;
  pod.order.guest = 9101;
  BOOST_TEST(platform_health_json(pod, std::nullopt, std::nullopt) ==
             R"({"vmid":9101,"lastHealthStatus":null,"lastHealthChecked":null})");
  BOOST_TEST(json::parse(platform_health_json(pod, std::nullopt, domain::job_id{"job-1"}))
                 .at("refreshJobId")
                 .as_string() == "job-1");
}

BOOST_AUTO_TEST_SUITE_END()
