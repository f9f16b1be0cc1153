#include <string>

#include <boost/test/unit_test.hpp>

#include "api_fixture.hpp"

using namespace cloudpods;
using domain::advice;
using domain::problem_code;
using test::json_header;

namespace {

const std::string all = "/internal/focalpilot/recommendations";
const std::string apply_path = all + "/rec-1/apply";

// platform-spec 6.3
constexpr auto example = R"({"tenantId":"T-1","cloudPodVmid":100007,"severity":"warning",)"
                         R"("issue":"High memory usage for last 30m","recommendedActions":[)"
                         R"({"type":"SCALE_UP","newCores":4,"newMemoryMb":4096},)"
                         R"({"type":"NOTIFY_TENANT","messageKey":"high_memory_usage"}]})";

struct recommendation_fixture : test::api_fixture {
  std::string pilot() const { return token("", "", "focalpilot"); }
  std::string admin() const { return token("", "", "platform:admin"); }
  std::string post(const std::string& path, const std::string& bearer, const std::string& body = "",
                   const std::string& headers = "") const {
    return ask("POST", path, bearer, headers + (body.empty() ? "" : json_header), body);
  }
  void recommends(advice type) { behind.world->advice.actions = {{type}}; }
};

} // namespace

// Contract 16, 4.
BOOST_FIXTURE_TEST_SUITE(recommendations, recommendation_fixture)

BOOST_AUTO_TEST_CASE(the_format_of_the_specification_is_posted_by_an_outside_focalpilot) {
  serve();
  const auto answer = post(all, pilot(), example, "Idempotency-Key: k1\r\n");
  BOOST_TEST(status(answer) == 201, answer);
  const auto wish = behind.world->proposed.value();
  BOOST_TEST(wish.wish.about.tenant.value == "T-1");
  BOOST_TEST(wish.wish.about.pod.value == "pod-1");
  BOOST_TEST(wish.wish.rule == "outside.high_memory_usage_for_last_30m");
  BOOST_TEST_REQUIRE(wish.wish.actions.size() == 2U);
  BOOST_TEST(wish.wish.actions[0].new_memory_mb.value() == 4096);
  BOOST_TEST(wish.key.value().key == "k1");
}

BOOST_AUTO_TEST_CASE(who_it_is_about_must_be_there_and_the_tenants_own) {
  serve();
  const auto other = R"({"tenantId":"T-2","cloudPodVmid":100007,"severity":"info","issue":"x",)"
                     R"("recommendedActions":[{"type":"RUN_BACKUP"}]})";
  BOOST_TEST(status(post(all, pilot(), other)) == 403);
  const auto node = R"({"node":"pve9","severity":"info","issue":"x",)"
                    R"("recommendedActions":[{"type":"DRAIN_NODE"}]})";
  BOOST_TEST(status(post(all, pilot(), node)) == 404);
}

BOOST_AUTO_TEST_CASE(an_owner_applies_what_it_may_ask_for_itself) {
  serve();
  for (const auto each : {advice::scale_up, advice::scale_down, advice::run_backup,
                          advice::run_health_check, advice::notify_tenant}) {
    recommends(each);
    BOOST_TEST(status(post(apply_path, owner())) == 202, domain::text(each));
  }
  for (const auto each : {advice::flag_tenant, advice::drain_node}) {
    recommends(each);
    BOOST_TEST(status(post(apply_path, owner())) == 403, domain::text(each));
  }
}

BOOST_AUTO_TEST_CASE(only_operators_have_a_node_drained) {
  serve();
  recommends(advice::drain_node);
  BOOST_TEST(status(post(apply_path, pilot())) == 403);
  BOOST_TEST(status(post(all + "/rec-1/dismiss", pilot())) == 200);
  BOOST_TEST(status(post(apply_path, admin())) == 202);
}

BOOST_AUTO_TEST_CASE(anothers_recommendation_is_none) {
  serve();
  behind.world->advice.about.tenant.value = "T-2";
  BOOST_TEST(status(post(apply_path, owner())) == 404);
  BOOST_TEST(status(post(all + "/rec-2/apply", owner())) == 404);
  BOOST_TEST(status(post(all + "/none/apply", admin())) == 404);
}

BOOST_AUTO_TEST_CASE(a_tenant_lists_its_own_and_others_all_or_one_tenants) {
  serve();
  BOOST_TEST(status(ask("GET", all + "?status=open&status=applied&limit=3", owner())) == 200);
  auto asked = behind.world->recommendations_listed.value();
  BOOST_TEST(asked.tenant.value().value == "T-1");
  BOOST_TEST(asked.statuses.size() == 2U);
  BOOST_TEST(asked.limit == 3);
  BOOST_TEST(status(ask("GET", all, pilot())) == 200);
  BOOST_TEST(!behind.world->recommendations_listed.value().tenant.has_value());
  BOOST_TEST(status(ask("GET", all + "?tenantId=T-2", service())) == 200);
  BOOST_TEST(behind.world->recommendations_listed.value().tenant.value().value == "T-2");
  BOOST_TEST(status(ask("GET", all + "?status=loud", pilot())) == 422);
}

BOOST_AUTO_TEST_CASE(a_dismissal_carries_its_reason_and_an_application_its_jobs) {
  serve();
  const auto applied = post(apply_path, owner(), "", "Idempotency-Key: k2\r\n");
  BOOST_TEST(applied.find("Location: /internal/jobs/job-1") != std::string::npos, applied);
  BOOST_TEST(behind.world->taken.value().applies);
  BOOST_TEST(behind.world->taken.value().key.value().key == "k2");
  BOOST_TEST(status(post(all + "/rec-1/dismiss", owner(), R"({"reason":"not now"})")) == 200);
  BOOST_TEST(behind.world->taken.value().reason == "not now");
}

BOOST_AUTO_TEST_SUITE_END()
