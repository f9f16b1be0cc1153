#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"

using namespace cloudpods;
using test::json_header;

namespace {

struct settings_fixture : test::api_fixture {
  std::string admin() const { return token("", "", "platform:admin"); }
};

const std::string quota_path = "/api/cloud-pods/tenants/T-9/quota";
const std::string tenant_path = "/api/cloud-pods/admin/tenants/T-9";

} // namespace

BOOST_FIXTURE_TEST_SUITE(what_operators_say_of_tenants, settings_fixture)

// Contract 6, 12.
BOOST_AUTO_TEST_CASE(limits_are_set_by_operators_only) {
  serve();
  const std::string body = R"({"max_pods":7,"maxDiskGb":-1})";
  const auto answer = ask("POST", quota_path, admin(), json_header, body);
  BOOST_TEST(status(answer) == 200);
  BOOST_TEST(json(answer).at("tenantId").as_string() == "T-9");
  BOOST_TEST(json(answer).at("source").as_string() == "row");
  const auto& wanted = behind.world->limited.value().command;
  BOOST_TEST(wanted.max_pods.value() == 7);
  BOOST_TEST(wanted.max_disk_gb.value() == -1);
  BOOST_TEST(!wanted.max_cpu_cores.has_value());
  for (const auto& other : {owner(), service(), token("", "", "focalpilot")})
    BOOST_TEST(status(ask("POST", quota_path, other, json_header, body)) == 403);
  BOOST_TEST(status(ask("POST", quota_path, admin(), json_header, R"({"maxPods":"x"})")) == 422);
  BOOST_TEST(status(ask("POST", "/api/cloud-pods/tenants/a%20b/quota", admin())) == 404);
}

// Contract 8.
BOOST_AUTO_TEST_CASE(a_tenant_is_put_by_operators_only) {
  serve();
  const std::string body = R"({"name":"Shop","planId":"cloud-basic","owner":{"id":"u-1"}})";
  const auto answer = ask("PUT", tenant_path, admin(), json_header, body);
  BOOST_TEST(status(answer) == 200);
  BOOST_TEST(json(answer).at("id").as_string() == "T-9");
  BOOST_TEST(json(answer).at("planId").as_string() == "cloud-basic");
  BOOST_TEST(json(answer).at("slug").is_null());
  BOOST_TEST(behind.world->settled.value().command.owner.value().id == "u-1");
  BOOST_TEST(behind.world->settled->by.actor.id == "user-7");
  for (const auto& other : {owner(), service()})
    BOOST_TEST(status(ask("PUT", tenant_path, other, json_header, body)) == 403);
  BOOST_TEST(status(ask("PUT", tenant_path, admin())) == 422);
}

BOOST_AUTO_TEST_CASE(tenant_plans_are_listed_for_operators) {
  serve();
  const auto plans = json(ask("GET", "/api/cloud-pods/admin/tenant-plans", admin()));
  BOOST_TEST(plans.at("items").at(0).at("id").as_string() == "cloud-basic");
  BOOST_TEST(plans.at("items").at(0).at("maxMemoryMb").as_int64() == 20480);
  BOOST_TEST(status(ask("GET", "/api/cloud-pods/admin/tenant-plans", service())) == 403);
}

BOOST_AUTO_TEST_CASE(blueprints_are_shown_to_who_may_read) {
  serve();
  const std::string path = "/api/cloud-pods/blueprints";
  const auto viewer = token("T-1", "viewer");
  const auto list = ask("GET", path, viewer);
  BOOST_TEST(json(list).at("items").at(0).at("code").as_string() == "ubuntu-24-minimal");
  BOOST_TEST(has(list, "no-store"));
  BOOST_TEST(json(ask("GET", path + "/ubuntu-24-minimal", viewer)).at("name").as_string() ==
             "Ubuntu 24.04");
  const auto none = ask("GET", path + "/none", viewer);
  BOOST_TEST(status(none) == 404);
  BOOST_TEST(code(none) == "BLUEPRINT_NOT_FOUND");
  BOOST_TEST(status(ask("GET", path, "")) == 401);
  BOOST_TEST(status(ask("GET", path, token("T-1", "billing"))) == 403);
}

BOOST_AUTO_TEST_SUITE_END()
