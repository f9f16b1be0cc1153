#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "wire/views_json.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;

namespace json = boost::json;

namespace {

using strings = std::vector<std::string>;

strings members(const json::value& of) {
  strings names;
  for (const auto& each : of.as_object())
    names.emplace_back(each.key());
  return names;
}

domain::job running_job() {
  domain::job made;
  made.id = domain::job_id{"job-1"};
  made.status = domain::job_status::running;
  domain::queue_item item;
  item.id = domain::item_id{"q-1"};
  item.status = domain::item_status::running;
  item.open = domain::open_step{};
  made.items.push_back(item);
  return made;
}

quota_summary summary() {
  quota_summary made;
  made.tenant = domain::tenant_id{"T"};
  made.limit.most = {5, 10, domain::unlimited, 100};
  made.held.used = {1, 4, 4096, 150};
  made.held.reserved = {2, 1, 1024, 10};
  return made;
}

} // namespace

// Contract 6 and 12.
BOOST_AUTO_TEST_SUITE(views)

BOOST_AUTO_TEST_CASE(a_pod_has_exactly_the_members_of_the_contract) {
  const auto pod = json::parse(pod_json({}));
  BOOST_TEST((members(pod) ==
              strings{"id",        "tenantId",       "userId",        "kind",          "name",
                      "hostname",  "planCode",       "blueprint",     "region",        "node",
                      "vmid",      "ipAddress",      "status",        "powerState",    "cpuCores",
                      "memoryMb",  "swapMb",         "diskGb",        "pendingReboot", "storage",
                      "bridge",    "subscriptionId", "primaryDomain", "metadata",      "suspended",
                      "protected", "currentJobId",   "health",        "lastBackupAt",  "error",
                      "version",   "createdAt",      "updatedAt",     "deletedAt"}));
  for (const auto* name : {"ipAddress", "subscriptionId", "primaryDomain", "suspended",
                           "currentJobId", "lastBackupAt", "error", "deletedAt"})
    BOOST_TEST(pod.at(name).is_null(), name);
  BOOST_TEST(pod.at("metadata").as_object().empty());
}

BOOST_AUTO_TEST_CASE(a_pods_error_says_whether_a_cleanup_goes_on) {
  domain::pod pod;
  pod.error = domain::pod_error{domain::pod_fault::create_failed, "no space", true};
  BOOST_TEST(json::serialize(json::parse(pod_json(pod)).at("error")) ==
             R"({"code":"CREATE_FAILED","message":"no space","cleanupPending":true})");
}

BOOST_AUTO_TEST_CASE(a_job_has_exactly_the_members_of_the_contract) {
  const auto job = json::parse(job_json(running_job(), std::nullopt));
  BOOST_TEST(
      (members(job) == strings{"id", "tenantId", "userId", "podId", "type", "status", "progress",
                               "payload", "result", "error", "waitingOn", "queuePosition", "etaS",
                               "retryOf", "queueItems", "createdAt", "startedAt", "finishedAt"}));
  BOOST_TEST((members(job.at("progress")) == strings{"percent", "step", "message"}));
  BOOST_TEST((members(job.at("queueItems").at(0)) == strings{"id", "action", "status", "retryCount",
                                                             "errorMessage", "createdAt",
                                                             "updatedAt", "processedAt"}));
  BOOST_TEST(job.at("progress").at("step").as_string() == "clone");
}

BOOST_AUTO_TEST_CASE(a_job_shows_its_result_or_its_error) {
  auto job = running_job();
  job.result = domain::job_result{"10.0.0.1", 100007, "done"};
  BOOST_TEST(json::serialize(json::parse(job_json(job, std::nullopt)).at("result")) ==
             R"({"ipAddress":"10.0.0.1","vmid":100007,"output":"done","pendingReboot":null,)"
             R"("diskKept":null,"backupId":null})");
  job.error = domain::job_error{"CREATE_FAILED", "no space"};
  BOOST_TEST(json::serialize(json::parse(job_json(job, std::nullopt)).at("error")) ==
             R"({"code":"CREATE_FAILED","message":"no space"})");
}

BOOST_AUTO_TEST_CASE(a_job_shows_what_was_last_heard_of_its_progress) {
  const auto job = json::parse(job_json(
      running_job(), job_progress{42, "clone", "3.4 of 8.0 GiB", "storage:clients", 3, 90}));
  BOOST_TEST(job.at("progress").at("percent").as_int64() == 42);
  BOOST_TEST(job.at("waitingOn").as_string() == "storage:clients");
  BOOST_TEST(job.at("queuePosition").as_int64() == 3);
  BOOST_TEST(job.at("etaS").as_int64() == 90);
}

BOOST_AUTO_TEST_CASE(a_plan_has_exactly_the_members_of_the_contract) {
  domain::plan plan;
  plan.price_monthly_cents = 149;
  json_writer out;
  write_plan(out, plan);
  const auto made = json::parse(out.text());
  BOOST_TEST(
      (members(made) == strings{"code", "name", "description", "priceMonthly", "vcpu", "ramMb",
                                "storageGb", "swapMb", "bandwidthGb", "backupPolicy", "isActive"}));
  BOOST_TEST(made.at("priceMonthly").as_double() == 1.49);
  BOOST_TEST(made.at("bandwidthGb").is_null());
}

BOOST_AUTO_TEST_CASE(a_quota_has_exactly_the_members_of_the_contract) {
  const auto quota = json::parse(quota_json(summary()));
  BOOST_TEST((members(quota) == strings{"tenantId", "source", "limits", "used", "reserved", "usage",
                                        "available", "remaining", "overLimit"}));
  BOOST_TEST(
      (members(quota.at("limits")) == strings{"pods", "cpuCores", "memoryMb", "diskGb", "max_pods",
                                              "max_cpu_cores", "max_memory_mb", "max_disk_gb"}));
  for (const auto* part : {"used", "reserved", "usage", "available", "remaining"})
    BOOST_TEST((members(quota.at(part)) == strings{"pods", "cpuCores", "memoryMb", "diskGb"}));
}

BOOST_AUTO_TEST_CASE(a_quota_adds_up_and_unlimited_is_null_in_what_is_left) {
  const auto quota = json::parse(quota_json(summary()));
  BOOST_TEST(json::serialize(quota.at("usage")) ==
             R"({"pods":3,"cpuCores":5,"memoryMb":5120,"diskGb":160})");
  for (const auto* part : {"available", "remaining"})
    BOOST_TEST(json::serialize(quota.at(part)) ==
               R"({"pods":2,"cpuCores":5,"memoryMb":null,"diskGb":0})");
  BOOST_TEST(quota.at("limits").at("memoryMb").as_int64() == -1);
  BOOST_TEST(quota.at("limits").at("max_memory_mb").as_int64() == -1);
  BOOST_TEST(quota.at("overLimit").as_bool());
  BOOST_TEST(quota.at("source").as_string() == "default");
}

BOOST_AUTO_TEST_CASE(a_progress_message_is_that_of_the_stream) {
  BOOST_TEST(progress_frame(domain::job_id{"j"}, domain::pod_id{"p"},
                            {42, "clone", "half", std::nullopt}) ==
             R"({"type":"progress","jobId":"j","podId":"p","percent":42,"step":"clone",)"
             R"("message":"half"})");
}

BOOST_AUTO_TEST_SUITE_END()
