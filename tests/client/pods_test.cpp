#include <boost/test/unit_test.hpp>

#include <boost/json/parse.hpp>

#include "client/fixture.hpp"
#include "client/json_access.hpp"

using namespace cloudpods::client;

namespace {

std::string page(const std::string& items, const std::string& cursor = "null") {
  return R"({"items":[)" + items + R"(],"nextCursor":)" + cursor + R"(,"total":2})";
}

std::string accepted() {
  return R"({"pod":)" + pod_json("deleting") + R"(,"job":)" + job_json("pending") + "}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(pods)

BOOST_FIXTURE_TEST_CASE(a_list_follows_its_cursors, command_line) {
  serve(
      {answers(200, page(pod_json("active"), R"("c/1")")), answers(200, page(pod_json("error")))});
  BOOST_TEST(run({"list", "--status", "active", "--status", "error", "--kind", "vm", "--name",
                  "shop"}) == 0);
  const auto seen = server->requests();
  BOOST_TEST(seen.at(0).target ==
             "/api/cloud-pods?limit=500&status=active&status=error&kind=vm&name=shop");
  BOOST_TEST(seen.at(1).target == seen.at(0).target + "&cursor=c%2F1");
  BOOST_TEST(out.starts_with("NAME      VMID  STATUS  POWER"));
  BOOST_TEST(out.contains("shop-1  100007  active  running"));
  BOOST_TEST(out.contains("shop-1  100007  error"));
}

BOOST_FIXTURE_TEST_CASE(json_of_a_list_is_one_page_with_all_items, command_line) {
  serve({answers(200, page(pod_json("active"), R"("c1")")), answers(200, page(pod_json("error")))});
  BOOST_TEST(run({"--json", "list"}) == 0);
  const auto document = json::parse(out);
  BOOST_TEST(list_at(document, "items").size() == 2U);
  BOOST_TEST(member(document, "nextCursor").is_null());
  BOOST_TEST(whole_at(document, "total").value() == 2);
}

BOOST_FIXTURE_TEST_CASE(an_empty_list_says_so_and_is_no_failure, command_line) {
  serve({answers(200, page(""))});
  BOOST_TEST(run({"list"}) == 0);
  BOOST_TEST(out.empty());
  BOOST_TEST(err.contains("no such pods"));
}

BOOST_FIXTURE_TEST_CASE(a_pod_is_shown_by_vmid_id_or_name, command_line) {
  serve({answers(200, pod_json("active"))});
  BOOST_TEST(run({"show", "100007"}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods/100007");
  BOOST_TEST(out.contains("  address    10.1.10.101\n"));
  serve({answers(200, pod_json("active"))});
  BOOST_TEST(run({"show", pod_id}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods/" + pod_id);
  serve({answers(200, page(pod_json("active")))});
  BOOST_TEST(run({"show", "shop-1"}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods?limit=500&name=shop-1");
}

BOOST_FIXTURE_TEST_CASE(the_beginning_of_a_name_is_not_the_name, command_line) {
  serve({answers(200, page(pod_json("active")))});
  BOOST_TEST(run({"show", "shop"}) == 1);
  BOOST_TEST(err.contains("no pod named shop"));
}

BOOST_FIXTURE_TEST_CASE(a_destroy_asks_first, command_line) {
  can_ask = true;
  input = "n\n";
  serve({answers(200, pod_json("active"))});
  BOOST_TEST(run({"destroy", "100007"}) == 1);
  BOOST_TEST(err.contains("Destroy shop-1 (vmid 100007)"));
  BOOST_TEST(server->requests().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_destroy_waits_until_the_pod_is_deleted, command_line) {
  can_ask = true;
  input = "y\n";
  serve({answers(200, pod_json("active")), answers(202, accepted()),
         answers(200, job_json("success", 100)), answers(200, pod_json("deleted"))});
  BOOST_TEST(run({"destroy", "100007", "--reason", "moved"}) == 0);
  const auto seen = server->requests();
  BOOST_TEST(seen.at(1).target == "/api/cloud-pods/" + pod_id + "/destroy");
  BOOST_TEST(seen.at(1).body == R"({"reason":"moved"})");
  BOOST_TEST(out == "shop-1 is deleted\n");
}

BOOST_FIXTURE_TEST_CASE(a_done_job_is_success_even_if_the_pod_cannot_be_read_again, command_line) {
  serve({answers(200, pod_json("active")), answers(202, accepted()),
         answers(200, job_json("success", 100)), answers(404, R"({"message":"gone"})")});
  BOOST_TEST(run({"destroy", "100007", "--yes"}) == 0);
  BOOST_TEST(err.contains("could not be read again: gone"));
}

BOOST_FIXTURE_TEST_CASE(a_script_must_say_yes, command_line) {
  serve({answers(200, pod_json("active"))});
  BOOST_TEST(run({"destroy", "100007"}) == 2);
  BOOST_TEST(err.contains("--yes"));
  serve({answers(200, pod_json("active")), answers(202, accepted())});
  BOOST_TEST(run({"destroy", "100007", "--yes", "--no-wait", "--json"}) == 0);
  BOOST_TEST(text_at(member(json::parse(out), "pod"), "status") == "deleting");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(jobs_quota_and_plans)

BOOST_FIXTURE_TEST_CASE(jobs_are_listed_with_what_they_wait_for, command_line) {
  serve({answers(200, page(job_json("pending", 0, R"(,"waitingOn":"node:pve1","queuePosition":3)") +
                           "," + job_json("failed", 10, R"(,"error":{"message":"no space"})")))});
  BOOST_TEST(run({"jobs", "--status", "pending", "--limit", "10"}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods/jobs?limit=10&status=pending");
  BOOST_TEST(out.contains("waits for node pve1, position 3"));
  BOOST_TEST(out.contains("no space"));
}

BOOST_FIXTURE_TEST_CASE(a_job_is_shown_with_its_items, command_line) {
  serve({answers(200, job_json("running", 42,
                               R"(,"queueItems":[{"id":"q-1","action":"create","status":"running",)"
                               R"("retryCount":2,"errorMessage":"busy"}])"))});
  BOOST_TEST(run({"jobs", job_id}) == 0);
  BOOST_TEST(out.contains("provision is running"));
  BOOST_TEST(out.contains("clone: transferred 3.4 of 8.0 GiB"));
  BOOST_TEST(out.contains("q-1   create  running        2  busy"));
}

BOOST_FIXTURE_TEST_CASE(the_quota_is_a_table, command_line) {
  const auto summary = R"({"limits":{"pods":2,"cpuCores":-1,"memoryMb":8192,"diskGb":200},
    "used":{"pods":1,"cpuCores":1,"memoryMb":1024,"diskGb":30},
    "reserved":{"pods":0,"cpuCores":0,"memoryMb":0,"diskGb":0},
    "remaining":{"pods":1,"cpuCores":null,"memoryMb":7168,"diskGb":170},"overLimit":false})";
  serve({answers(200, summary)});
  BOOST_TEST(run({"quota"}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods/my-quota");
  BOOST_TEST(out.contains("\npods            1         0  2      1\n"));
  BOOST_TEST(out.contains("\ncores           1         0  none   any\n"));
  serve({answers(200, summary)});
  BOOST_TEST(run({"quota", "--tenant", "T 1"}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods/tenants/T%201/quota");
}

BOOST_FIXTURE_TEST_CASE(a_script_can_ask_whether_a_plan_is_allowed, command_line) {
  serve({answers(200, R"({"allowed":true})")});
  BOOST_TEST(run({"quota", "--plan", "starter", "--blueprint", "u"}) == 0);
  BOOST_TEST(server->requests().at(0).target ==
             "/api/cloud-pods/check-quota?planCode=starter&blueprint=u");
  serve({answers(200, R"({"allowed":false,"message":"2 of 2 pods"})")});
  BOOST_TEST(run({"quota", "--plan", "starter"}) == 1);
  BOOST_TEST(err.contains("2 of 2 pods"));
}

BOOST_FIXTURE_TEST_CASE(plans_show_prices_to_the_cent, command_line) {
  const std::string plan = R"({"code":"starter","name":"Starter","priceMonthly":1.5,"vcpu":1,
    "ramMb":1536,"storageGb":30,"bandwidthGb":null,"isActive":true})";
  serve({answers(200, R"({"items":[)" + plan + "]}")});
  BOOST_TEST(run({"plans"}) == 0);
  BOOST_TEST(out.contains("1.50"));
  BOOST_TEST(out.contains("1.5 GiB"));
  BOOST_TEST(out.contains("unmetered"));
  serve({answers(200, plan)});
  BOOST_TEST(run({"plans", "starter"}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods/plans/starter");
}

BOOST_AUTO_TEST_SUITE_END()
