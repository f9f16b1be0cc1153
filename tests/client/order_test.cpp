#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include <boost/json/parse.hpp>

#include "client/fixture.hpp"
#include "client/json_access.hpp"

using namespace cloudpods::client;
using namespace std::chrono_literals;

namespace {

std::string accepted(const std::string& pod = pod_json("pending"),
                     const std::string& job = job_json("pending")) {
  return R"({"pod":)" + pod + R"(,"job":)" + job + "}";
}

const std::vector<std::string> order{"order",  "--plan", "starter", "--blueprint",
                                     "ubuntu", "--name", "shop-1"};

std::vector<std::string> order_with(std::vector<std::string> more) {
  auto words = order;
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

struct text_file {
  text_file(std::string name, std::string_view content)
      : path((std::filesystem::temp_directory_path() /
              (std::to_string(::getpid()) + "-" + std::move(name)))
                 .string()) {
    std::ofstream{path} << content;
  }
  text_file(const text_file&) = delete;
  text_file& operator=(const text_file&) = delete;
  ~text_file() { std::filesystem::remove(path); }

  std::string path;
};

} // namespace

BOOST_AUTO_TEST_SUITE(ordering)

BOOST_FIXTURE_TEST_CASE(an_order_waits_until_the_pod_is_active, command_line) {
  serve({answers(202, accepted()), answers(200, job_json("running", 42)),
         answers(200, job_json("success", 100)), answers(200, pod_json("active"))});
  BOOST_TEST(run(order) == 0);
  BOOST_TEST(out.starts_with("shop-1 is active\n"));
  BOOST_TEST(out.contains("10.1.10.101"));
  BOOST_TEST(err.contains("42% clone: transferred 3.4 of 8.0 GiB\n"));
  const auto seen = server->requests();
  BOOST_TEST(seen.at(0).target == "/api/cloud-pods/order");
  BOOST_TEST(seen.at(0).headers.at("authorization") == "Bearer t0ken");
  BOOST_TEST(seen.at(0).headers.at("content-type") == "application/json");
  BOOST_TEST(seen.at(0).headers.at("idempotency-key") == "key-1");
  BOOST_TEST(seen.at(0).body == R"({"planCode":"starter","blueprint":"ubuntu","name":"shop-1"})");
  BOOST_TEST(seen.at(1).target.starts_with("/api/cloud-pods/jobs/" + job_id + "?wait="));
}

BOOST_FIXTURE_TEST_CASE(progress_on_a_terminal_is_drawn_in_place, command_line) {
  shows_bar = true;
  serve({answers(202, accepted()), answers(200, job_json("running", 42)),
         answers(200, job_json("success", 100)), answers(200, pod_json("active"))});
  BOOST_TEST(run(order) == 0);
  BOOST_TEST(err.contains("\r[==========>"));
  BOOST_TEST(err.contains(" 42%  clone"));
  BOOST_TEST(err.ends_with("\r\x1b[K"));
  BOOST_TEST(!err.contains('\n'));
}

BOOST_FIXTURE_TEST_CASE(json_prints_one_document_and_nothing_else, command_line) {
  serve({answers(202, accepted()), answers(200, job_json("success", 100)),
         answers(200, pod_json("active"))});
  BOOST_TEST(run(order_with({"--json"})) == 0);
  BOOST_TEST(err.empty());
  const auto document = json::parse(out);
  BOOST_TEST(text_at(member(document, "pod"), "status") == "active");
  BOOST_TEST(text_at(member(document, "job"), "status") == "success");
}

BOOST_FIXTURE_TEST_CASE(without_waiting_it_ends_when_accepted, command_line) {
  serve({answers(202, accepted())});
  BOOST_TEST(run(order_with({"--no-wait"})) == 0);
  BOOST_TEST(out.contains("shop-1 is pending"));
  BOOST_TEST(out.contains("cloudpodsctl jobs " + job_id));
}

BOOST_FIXTURE_TEST_CASE(a_failed_job_is_exit_code_1_with_its_reason, command_line) {
  serve({answers(202, accepted()),
         answers(200, job_json("failed", 40, R"(,"error":"no space on clients-main")")),
         answers(200, pod_json("error"))});
  BOOST_TEST(run(order) == 1);
  BOOST_TEST(out.empty());
  BOOST_TEST(err.contains("failed: no space on clients-main\n"));
}

BOOST_FIXTURE_TEST_CASE(a_failed_item_gives_the_reason_where_the_job_gives_none, command_line) {
  serve({answers(202, accepted()),
         answers(200, job_json("failed", 0,
                               R"(,"error":null,"queueItems":[{"errorMessage":"sudo refuses"}])")),
         answers(200, pod_json("error"))});
  BOOST_TEST(run(order_with({"--json"})) == 1);
  BOOST_TEST(err.contains("sudo refuses"));
  BOOST_TEST(text_at(member(json::parse(out), "job"), "status") == "failed");
}

BOOST_FIXTURE_TEST_CASE(a_lost_answer_is_asked_for_again_with_the_same_key, command_line) {
  serve({drops(), answers(503, R"({"code":"OVERLOADED","message":"too much"})"),
         answers(503, "{}", {{"Retry-After", "7"}}), answers(202, accepted())});
  BOOST_TEST(run(order_with({"--no-wait"})) == 0);
  const auto seen = server->requests();
  BOOST_REQUIRE(seen.size() == 4U);
  for (const auto& each : seen) {
    BOOST_TEST(each.headers.at("idempotency-key") == "key-1");
    BOOST_TEST(each.body == seen[0].body);
  }
  BOOST_TEST((pauses == std::vector<std::chrono::milliseconds>{500ms, 1000ms, 7000ms}));
}

BOOST_FIXTURE_TEST_CASE(a_daemon_that_stays_away_is_exit_code_1, command_line) {
  serve({});
  BOOST_TEST(run(order) == 1);
  BOOST_TEST(err.contains("No answer"));
  BOOST_TEST(pauses.size() == 4U);
}

BOOST_FIXTURE_TEST_CASE(waiting_goes_on_through_a_restart, command_line) {
  std::vector<step> script{answers(202, accepted())};
  for (int i = 0; i < 7; ++i)
    script.push_back(answers(503, R"({"code":"STARTING","message":"starting"})"));
  script.push_back(answers(200, job_json("success", 100)));
  script.push_back(answers(200, pod_json("active")));
  serve(script);
  BOOST_TEST(run(order) == 0);
  BOOST_TEST(err.contains("starting (STARTING); trying again"));
}

BOOST_FIXTURE_TEST_CASE(patience_ends, command_line) {
  serve({answers(202, accepted()), answers(200, job_json("running", 1)),
         answers(200, job_json("running", 2)), answers(200, job_json("running", 3)),
         answers(200, job_json("running", 4))});
  BOOST_TEST(run(order_with({"--wait-timeout", "5"})) == 1);
  BOOST_TEST(err.contains("still under way"));
}

BOOST_FIXTURE_TEST_CASE(an_order_that_was_made_before_ends_at_once, command_line) {
  serve({answers(200, accepted(pod_json("active"), "null"), {{"X-Existing", "true"}})});
  BOOST_TEST(run(order_with({"--subscription", "sub-1"})) == 0);
  BOOST_TEST(out.contains("shop-1 is active"));
}

BOOST_FIXTURE_TEST_CASE(every_option_reaches_the_order, command_line) {
  const text_file keys{"keys.pub", "# mine\nssh-ed25519 AAAA one\n\n ssh-ed25519 BBBB two\r\n"};
  const text_file user_data{"user.yaml", "#cloud-config\n"};
  serve({answers(202, accepted())});
  BOOST_TEST(run(order_with({"--no-wait", "--ssh-key", keys.path, "--domain", "shop.example",
                             "--node", "pve1", "--region", "eu", "--user-data", user_data.path,
                             "--tenant", "T-1", "--subscription", "sub-1", "--metadata", "a=1",
                             "--metadata", "b=x=y"})) == 0);
  const auto seen = server->requests().at(0);
  BOOST_TEST(seen.headers.at("x-tenant-id") == "T-1");
  const auto body = json::parse(seen.body);
  BOOST_TEST(text_at(body, "primaryDomain") == "shop.example");
  BOOST_TEST(text_at(body, "subscriptionId") == "sub-1");
  const auto& options = member(body, "options");
  BOOST_TEST(list_at(options, "sshKeys").size() == 2U);
  BOOST_TEST(text_of(list_at(options, "sshKeys").at(1)) == "ssh-ed25519 BBBB two");
  BOOST_TEST(text_at(options, "node") == "pve1");
  BOOST_TEST(text_at(options, "region") == "eu");
  BOOST_TEST(text_at(options, "userData") == "#cloud-config\n");
  BOOST_TEST(text_at(member(body, "metadata"), "b") == "x=y");
}

BOOST_FIXTURE_TEST_CASE(a_private_key_never_leaves_the_machine, command_line) {
  const text_file key{"id", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"};
  serve({answers(202, accepted())});
  BOOST_TEST(run(order_with({"--ssh-key", key.path})) == 2);
  BOOST_TEST(err.contains("private key"));
  BOOST_TEST(server->requests().empty());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_FIXTURE_TEST_CASE(each_wrong_field_is_named, command_line) {
  serve({answers(422, R"({"code":"VALIDATION_FAILED","message":"the order is not valid",
    "errors":[{"field":"/name","code":"invalid_format","message":"must be a DNS label"},
              {"field":"/planCode","code":"required","message":"is required"}],
    "requestId":"req-7"})")});
  BOOST_TEST(run(order) == 1);
  BOOST_TEST(err == "cloudpodsctl: the order is not valid (VALIDATION_FAILED)\n"
                    "  /name: must be a DNS label\n"
                    "  /planCode: is required\n"
                    "  request req-7\n");
}

BOOST_FIXTURE_TEST_CASE(a_quota_refusal_shows_the_figures, command_line) {
  serve({answers(403, R"({"code":"QUOTA_EXCEEDED","message":"quota exceeded","details":{
    "max_pods":2,"current_pods":2,"requested_pods":1,"max_cpu_cores":-1,"current_cpu_cores":2,
    "requested_cpu_cores":1,"error_field":"pods"}})")});
  BOOST_TEST(run(order) == 1);
  BOOST_TEST(err.contains("  pods: 2 held, 1 asked for, limit 2  <- this one\n"));
  BOOST_TEST(err.contains("  CPU cores: 2 held, 1 asked for, no limit\n"));
}

BOOST_FIXTURE_TEST_CASE(a_missing_token_is_explained, command_line) {
  variables.erase("CLOUDPODS_TOKEN");
  serve({answers(401, R"({"code":"UNAUTHORIZED","message":"no token"})")});
  BOOST_TEST(run(order) == 1);
  BOOST_TEST(!server->requests().at(0).headers.contains("authorization"));
  BOOST_TEST(err.contains("You are not signed in: no token"));
  BOOST_TEST(err.contains("CLOUDPODS_TOKEN"));
}

BOOST_FIXTURE_TEST_CASE(a_missing_right_is_explained, command_line) {
  serve({answers(403, R"({"code":"FORBIDDEN","message":"viewers only read",
                          "details":{"requiredPermission":"cloudpods.create"}})")});
  BOOST_TEST(run(order) == 1);
  BOOST_TEST(err.contains("You may not do this: viewers only read"));
  BOOST_TEST(err.contains("It takes the permission cloudpods.create."));
}

BOOST_FIXTURE_TEST_CASE(json_prints_the_problem_as_it_came, command_line) {
  serve({answers(409, R"({"code":"NAME_IN_USE","message":"taken"})")});
  BOOST_TEST(run(order_with({"--json"})) == 1);
  BOOST_TEST(out == "{\"code\":\"NAME_IN_USE\",\"message\":\"taken\"}\n");
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_is_no_json_is_a_sentence, command_line) {
  serve({answers(200, "<html>")});
  BOOST_TEST(run({"plans"}) == 1);
  BOOST_TEST(err.contains("CLOUDPODS_URL"));
  serve({answers(502, "<html>")});
  BOOST_TEST(run({"plans"}) == 1);
  BOOST_TEST(err.contains("HTTP 502"));
}

BOOST_AUTO_TEST_SUITE_END()
