#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "client/fixture.hpp"
#include "client/json_access.hpp"

using namespace cloudpods::client;

namespace {

std::string accepted() {
  return R"({"pod":)" + pod_json("active") + R"(,"job":)" + job_json("pending") + "}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(actions)

BOOST_FIXTURE_TEST_CASE(an_action_waits_for_its_job_and_says_how_the_pod_is, command_line) {
  serve({answers(202, accepted()), answers(200, job_json("running", 42)),
         answers(200, job_json("success", 100)), answers(200, pod_json("active"))});
  BOOST_TEST(run({"start", "100007"}) == 0);
  BOOST_TEST(out == "shop-1 is active, running\n");
  BOOST_TEST(err.contains("42% clone"));
}

BOOST_FIXTURE_TEST_CASE(a_name_is_looked_up_before_the_action, command_line) {
  serve({answers(200, R"({"items":[)" + pod_json("active") + R"(],"nextCursor":null})"),
         answers(202, accepted())});
  BOOST_TEST(run({"stop", "shop-1", "--no-wait"}) == 0);
  BOOST_TEST(server->requests().at(1).target == "/api/cloud-pods/" + pod_id + "/stop");
}

// contract 6: 200 where nothing is to do
BOOST_FIXTURE_TEST_CASE(where_nothing_is_to_do_nothing_is_waited_for, command_line) {
  serve({answers(200, R"({"pod":)" + pod_json("active") + R"(,"job":null})")});
  BOOST_TEST(run({"resume", "100007"}) == 0);
  BOOST_TEST(out == "shop-1 is active, running\n");
}

BOOST_FIXTURE_TEST_CASE(a_retried_job_is_waited_for_whatever_it_is_wrapped_in, command_line) {
  for (const auto& answer : {job_json("pending"), R"({"job":)" + job_json("pending") + "}"}) {
    serve({answers(202, answer), answers(200, job_json("success", 100)),
           answers(200, pod_json("active"))});
    BOOST_TEST(run({"job", "retry", "job-1"}) == 0);
    BOOST_TEST(server->requests().at(0).target == "/api/cloud-pods/jobs/job-1/retry");
    BOOST_TEST(server->requests().at(2).target == "/api/cloud-pods/" + pod_id);
    BOOST_TEST(out == "shop-1 is active, running\n");
  }
}

// contract 5
BOOST_FIXTURE_TEST_CASE(the_users_own_idempotency_key_is_sent, command_line) {
  serve({answers(202, accepted())});
  BOOST_TEST(run({"reboot", "100007", "--no-wait", "--idempotency-key", "mine-1"}) == 0);
  BOOST_TEST(server->requests().at(0).headers.at("idempotency-key") == "mine-1");
  BOOST_TEST(keys_made == 0);
}

BOOST_FIXTURE_TEST_CASE(a_refreshed_health_waits_for_its_check, command_line) {
  serve({answers(200, R"({"status":"ok","refreshJobId":"job-9"})"),
         answers(200, job_json("success", 100)),
         answers(200, R"({"status":"warn","poweredOn":true,"checks":{"cpu":0.5}})")});
  BOOST_TEST(run({"health", "100007", "--refresh"}) == 0);
  const auto seen = server->requests();
  BOOST_TEST(seen.at(0).target == "/api/cloud-pods/100007/health?refresh=true");
  BOOST_TEST(seen.at(1).target.starts_with("/api/cloud-pods/jobs/job-9?wait="));
  BOOST_TEST(seen.at(2).target == "/api/cloud-pods/100007/health");
  BOOST_TEST(out.contains("  status      warn\n"));
  BOOST_TEST(out.contains("  poweredOn   true\n"));
}

BOOST_FIXTURE_TEST_CASE(a_protected_pod_says_so, command_line) {
  auto pod = json::parse(pod_json("active")).as_object();
  pod["protected"] = true;
  serve({answers(200, json::serialize(pod))});
  BOOST_TEST(run({"protect", "100007"}) == 0);
  BOOST_TEST(out == "shop-1 is protected\n");
}

BOOST_FIXTURE_TEST_CASE(backups_are_a_table, command_line) {
  serve({answers(200, R"({"items":[{"id":"b-1","volume":"v","sizeBytes":1610612736,
    "mode":"snapshot","createdAt":"2026-03-01T12:00:00.000Z","expiresAt":null}],
    "nextCursor":null})")});
  BOOST_TEST(run({"backups", "100007"}) == 0);
  BOOST_TEST(out.contains("snapshot  1.5 GiB  v"));
}

BOOST_FIXTURE_TEST_CASE(nodes_are_a_table, command_line) {
  serve({answers(200, R"({"items":[{"name":"pve1","region":"r","reachable":true,
    "circuit":"closed","drained":false,"load":{"cpuRatio":0.42,"memoryRatio":0.5},"busy":1,
    "waiting":0}]})")});
  BOOST_TEST(run({"nodes"}) == 0);
  BOOST_TEST(out.contains("42%"));
  BOOST_TEST(out.contains("closed"));
}

BOOST_FIXTURE_TEST_CASE(plans_are_compared_side_by_side, command_line) {
  serve({answers(200, R"({"plans":[{"code":"a"},{"code":"b"}],
    "rows":[{"attribute":"vcpu","values":{"a":1,"b":2}}]})")});
  BOOST_TEST(run({"compare", "a", "b"}) == 0);
  BOOST_TEST(out.contains("vcpu  1  2\n"));
}

BOOST_FIXTURE_TEST_CASE(a_daemon_that_is_not_ready_is_exit_code_1_with_the_reasons, command_line) {
  serve({answers(503, R"({"reasons":["store"]})")});
  BOOST_TEST(run({"ready"}) == 1);
  BOOST_TEST(out.contains("reasons  store"));
  serve({answers(200, "{}")});
  BOOST_TEST(run({"ready"}) == 0);
  BOOST_TEST(server->requests().at(0).target == "/readyz");
}

BOOST_FIXTURE_TEST_CASE(a_stack_is_shown_once_its_job_has_ended, command_line) {
  const std::string deployment = R"({"id":"dep-1","status":"deployed","podIds":["p","q"]})";
  serve({answers(202, R"({"deployment":{"id":"dep-1"},"job":{"id":"job-1","status":"queued"}})"),
         answers(200, job_json("success", 100)), answers(200, deployment)});
  BOOST_TEST(run({"stack", "deploy", "web"}) == 0);
  BOOST_TEST(server->requests().at(2).target == "/internal/deployments/dep-1");
  BOOST_TEST(out.contains("podIds  p, q"));
}

BOOST_FIXTURE_TEST_CASE(a_stack_is_put_from_a_file_and_listed_without_templates, command_line) {
  const auto file =
      (std::filesystem::temp_directory_path() / (std::to_string(::getpid()) + "-stack.json"))
          .string();
  std::ofstream{file} << R"({"version": 1, "resources": []})";
  serve({answers(200, R"({"slug":"web","kind":"stack"})"),
         answers(200,
                 R"({"items":[{"slug":"u","kind":"template","description":"no"},)"
                 R"({"slug":"web","kind":"stack","description":"a shop"}],"nextCursor":null})")});
  BOOST_TEST(run({"stack", "put", "web", file}) == 0);
  std::filesystem::remove(file);
  BOOST_TEST(server->requests().at(0).method == "PUT");
  BOOST_TEST(server->requests().at(0).target == "/internal/blueprints/web");
  BOOST_TEST(server->requests().at(0).body == R"({"version":1,"resources":[]})");
  BOOST_TEST(run({"stack", "list"}) == 0);
  BOOST_TEST(out.contains("a shop"));
  BOOST_TEST(!out.contains("no"));
}

BOOST_FIXTURE_TEST_CASE(a_secret_is_asked_for_once, command_line) {
  serve({drops()});
  BOOST_TEST(run({"webhooks", "add", "https://panel.example"}) == 1);
  BOOST_TEST(server->requests().size() == 1U);
  BOOST_TEST(!server->requests().at(0).headers.contains("idempotency-key"));
}

BOOST_FIXTURE_TEST_CASE(a_refusal_says_its_code_and_when_to_try_again, command_line) {
  serve({answers(429, R"({"code":"RATE_LIMITED","message":"too fast","retryAfter":120})",
                 {{"Retry-After", "120"}})});
  BOOST_TEST(run({"start", "100007"}) == 1);
  BOOST_TEST(err == "cloudpodsctl: too fast (RATE_LIMITED)\n  Try again in 2 min.\n");
}

BOOST_AUTO_TEST_SUITE_END()
