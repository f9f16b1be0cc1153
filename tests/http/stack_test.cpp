#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"

using namespace cloudpods;
using test::json_header;

// Contract 15, at the door.

namespace {

const std::string blueprint = "/internal/blueprints/shop";
const std::string deploy = "/internal/blueprints/wordpress/deploy";
constexpr auto word_press = R"({"version":1,"description":"WordPress","resources":[
  {"kind":"CloudPod","role":"app","hostnamePattern":"wp-{tenantSlug}","cores":2,"memoryMb":2048,
   "swapMb":512}]})";

struct stack_fixture : test::api_fixture {
  std::string put(const std::string& path, const std::string& body) const {
    return ask("PUT", path, token("", "", "platform:admin"), json_header, body);
  }
  std::string post(const std::string& path, const std::string& bearer, const std::string& body = "",
                   const std::string& headers = "") const {
    return ask("POST", path, bearer, headers + (body.empty() ? "" : json_header), body);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(stacks, stack_fixture)

BOOST_AUTO_TEST_CASE(a_blueprint_is_put_and_answered_as_it_stands) {
  serve();
  const auto answer = put(blueprint, word_press);
  BOOST_TEST(status(answer) == 200, answer);
  const auto document = json(answer);
  BOOST_TEST(document.at("slug").as_string() == "shop");
  BOOST_TEST(document.at("kind").as_string() == "stack");
  BOOST_TEST(document.at("spec").at("resources").at(0).at("count").as_int64() == 1);
  const auto& wish = behind.world->blueprint_put.value();
  BOOST_TEST(wish.blueprint.slug == "shop");
  BOOST_TEST(wish.blueprint.definition.resources.front().memory_mb == 2048);
}

BOOST_AUTO_TEST_CASE(every_fault_of_a_blueprint_is_told_at_once) {
  serve();
  const auto answer = put(blueprint, R"({"version":1,"what":1,"resources":[
    {"kind":"Pod","role":"app","hostnamePattern":"{x}","cores":0,"memoryMb":512,"swapMb":0,
     "dependsOn":["app",7]},{"kind":"CloudPod"}],"postCreate":["none"]})");
  BOOST_TEST(status(answer) == 422);
  std::string told;
  const auto refusal = json(answer);
  for (const auto& each : refusal.at("errors").as_array())
    told += std::string{each.at("field").as_string()} + " " +
            std::string{each.at("code").as_string()} + "\n";
  for (const auto* fault :
       {"/what unknown_field\n", "/resources/0/kind invalid_value\n",
        "/resources/0/hostnamePattern unknown_placeholder\n", "/resources/0/cores out_of_range\n",
        "/resources/0/dependsOn/1 invalid_type\n", "/resources/0/dependsOn cycle\n",
        "/resources/1/role required\n", "/resources/1/cores required\n", "/postCreate/0 unknown\n"})
    BOOST_TEST(told.find(fault) != std::string::npos, fault << told);
  BOOST_TEST(!behind.world->blueprint_put.has_value());
}

BOOST_AUTO_TEST_CASE(the_name_of_a_template_is_not_free) {
  serve();
  const auto answer = put("/internal/blueprints/ubuntu-24-minimal", word_press);
  BOOST_TEST(status(answer) == 409);
  BOOST_TEST(code(answer) == "NAME_IN_USE");
  BOOST_TEST(status(put("/internal/blueprints/a%20b", word_press)) == 422);
}

BOOST_AUTO_TEST_CASE(both_kinds_are_listed_and_shown) {
  serve();
  const auto page = json(ask("GET", "/internal/blueprints", owner()));
  const auto& list = page.at("items").as_array();
  BOOST_REQUIRE(list.size() == 2U);
  BOOST_TEST(list[0].at("kind").as_string() == "template");
  BOOST_TEST(list[1].at("slug").as_string() == "wordpress");
  const auto one = json(ask("GET", "/internal/blueprints/wordpress", owner()));
  BOOST_TEST(one.at("spec").at("resources").at(0).at("role").as_string() == "app");
}

BOOST_AUTO_TEST_CASE(a_deploy_reaches_the_tenant_with_the_blueprint_as_it_is) {
  serve();
  const auto answer =
      post(deploy, service(), R"({"tenantId":"T-1","onFailure":"keep","parameters":{"a":"b"}})",
           "Idempotency-Key: k-1\r\n");
  BOOST_TEST(status(answer) == 202, answer);
  BOOST_TEST(has(answer, "\r\nLocation: /internal/jobs/job-1\r\n"));
  const auto document = json(answer);
  BOOST_TEST(document.at("deployment").at("id").as_string() == "dep-1");
  BOOST_TEST(document.at("deployment").at("jobId").as_string() == "job-1");
  BOOST_TEST(document.at("deployment").at("podIds").at(0).as_string() == "pod-1");
  BOOST_TEST(document.at("job").at("id").as_string() == "job-1");
  const auto& wish = behind.world->deployed.value();
  BOOST_TEST(wish.command.slug == "wordpress");
  BOOST_TEST((wish.command.on_failure == domain::stack_failure::keep));
  BOOST_TEST(wish.command.parameters.at("a") == "b");
  BOOST_TEST(wish.command.definition.resources.front().role == "app");
  BOOST_TEST(wish.key.value().key == "k-1");
}

BOOST_AUTO_TEST_CASE(a_deploy_is_refused_in_the_contracts_order) {
  serve();
  BOOST_TEST(status(post("/internal/blueprints/none/deploy", owner())) == 404);
  BOOST_TEST(status(post(deploy, owner(), R"({"onFailure":"x"})")) == 422);
  BOOST_TEST(code(post("/internal/blueprints/none/deploy", owner(), R"({"tenantId":"T-2"})")) ==
             "TENANT_MISMATCH");
  BOOST_TEST(code(post(deploy, service())) == "TENANT_REQUIRED");
}

BOOST_AUTO_TEST_CASE(a_deployment_is_shown_and_destroyed_by_who_may) {
  serve();
  BOOST_TEST(json(ask("GET", "/internal/deployments/dep-1", owner())).at("status").as_string() ==
             "deploying");
  BOOST_TEST(status(ask("GET", "/internal/deployments/dep-2", owner())) == 404);
  BOOST_TEST(status(ask("GET", "/internal/deployments/pod-1", owner())) == 404);
  BOOST_TEST(status(ask("GET", "/internal/deployments/dep-1", token("T-2", "owner"))) == 404);
  const auto ended =
      post("/internal/deployments/dep-1/destroy", service(), R"({"reason":"enough"})");
  BOOST_TEST(status(ended) == 202, ended);
  BOOST_TEST(behind.world->stack_destroyed.value().command.reason == "enough");
  BOOST_TEST(code(post("/internal/deployments/dep-1/destroy", service(),
                       R"({"tenantId":"T-2"})")) == "TENANT_MISMATCH");
}

BOOST_AUTO_TEST_SUITE_END()
