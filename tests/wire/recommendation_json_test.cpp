#include <boost/test/unit_test.hpp>

#include "wire/recommendation_json.hpp"

using namespace cloudpods;
using namespace cloudpods::wire;

namespace {

using faults = std::vector<std::pair<std::string, std::string>>;

faults faults_in(std::string_view body) {
  const auto read = decode_recommendation(body);
  BOOST_REQUIRE(read.has_value());
  faults found;
  if (!read->command)
    for (const auto& each : read->command.error().errors)
      found.emplace_back(each.field, each.code);
  return found;
}

/// The faults of one about a pod that is good but for its actions.
faults with_actions(const std::string& actions) {
  return faults_in(R"({"tenantId":"T","cloudPodVmid":9101,"severity":"warning","issue":"x",)"
                   R"("recommendedActions":)" +
                   actions + "}");
}

} // namespace

// Contract 16, 5.
BOOST_AUTO_TEST_SUITE(posted_recommendations)

BOOST_AUTO_TEST_CASE(the_example_of_the_specification_is_read) {
  const auto read =
      decode_recommendation(R"({"tenantId":"TENANT-123","cloudPodVmid":9101,"severity":"warning",)"
                            R"("issue":"High memory usage for last 30m","recommendedActions":[)"
                            R"({"type":"SCALE_UP","newCores":4,"newMemoryMb":4096},)"
                            R"({"type":"NOTIFY_TENANT","messageKey":"high_memory_usage"}]})");
  BOOST_REQUIRE(read.has_value() && read->command.has_value());
  BOOST_TEST(read->tenant.value() == "TENANT-123");
  BOOST_TEST(read->command->guest.value() == 9101);
  BOOST_TEST((read->command->wish.severity == domain::severity::warning));
  BOOST_TEST(read->command->wish.actions[1].message_key.value() == "high_memory_usage");
}

BOOST_AUTO_TEST_CASE(a_node_stands_alone_and_nulls_count_as_absent) {
  BOOST_TEST(
      (faults_in(R"({"tenantId":null,"cloudPodVmid":null,"node":"pve1","severity":"info",)"
                 R"("issue":"x","recommendedActions":[{"type":"DRAIN_NODE"}]})") == faults{}));
  BOOST_TEST((faults_in(R"({"tenantId":"T","node":"pve1","severity":"info",)"
                        R"("issue":"x","recommendedActions":[{"type":"FLAG_TENANT"}]})") ==
              faults{{"/node", "conflict"}}));
}

BOOST_AUTO_TEST_CASE(every_fault_is_named_at_once) {
  BOOST_TEST((faults_in(R"({"severity":"loud","evidence":[0],"recommendedActions":[],"more":1})") ==
              faults{{"/tenantId", "required"},
                     {"/severity", "invalid_value"},
                     {"/issue", "required"},
                     {"/evidence/0", "invalid_type"},
                     {"/recommendedActions", "out_of_range"},
                     {"/more", "unknown_field"}}));
}

BOOST_AUTO_TEST_CASE(an_action_has_what_its_type_needs_and_nothing_else) {
  BOOST_TEST((with_actions(R"([{"type":"RUN_BACKUP"}])") == faults{}));
  BOOST_TEST((with_actions(R"([{"type":"SCALE_UP"}])") ==
              faults{{"/recommendedActions/0", "invalid_value"}}));
  BOOST_TEST((with_actions(R"([{"type":"RUN_BACKUP","newCores":2}])") ==
              faults{{"/recommendedActions/0", "invalid_value"}}));
  BOOST_TEST((with_actions(R"([{"type":"NOTIFY_TENANT"}])") ==
              faults{{"/recommendedActions/0", "invalid_value"}}));
  BOOST_TEST((with_actions(R"([{"type":"DRAIN_NODE"}])") ==
              faults{{"/recommendedActions/0", "invalid_value"}}));
  BOOST_TEST((with_actions(R"([{"type":"REBOOT"},7])") ==
              faults{{"/recommendedActions/0/type", "invalid_value"},
                     {"/recommendedActions/1", "invalid_type"}}));
}

BOOST_AUTO_TEST_CASE(the_same_issue_makes_the_same_rule_whatever_its_length) {
  const auto rule = [](const std::string& issue) {
    return decode_recommendation(R"({"tenantId":"T","severity":"info","issue":")" + issue +
                                 R"(","recommendedActions":[{"type":"FLAG_TENANT"}]})")
        ->command->wish.rule;
  };
  BOOST_TEST(rule("High  load!") == "outside.high_load_");
  BOOST_TEST(rule(std::string(300, 'a')).size() == 64U);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_null) {
  domain::recommendation it;
  it.id = "rec-1";
  it.about.node = domain::node_name{"pve1"};
  it.actions.push_back({domain::advice::drain_node});
  const auto text = recommendation_json(it);
  BOOST_TEST(
      text.starts_with(R"({"id":"rec-1","status":"open","rule":"","tenantId":null,"podId":null,)"
                       R"("cloudPodVmid":null,"node":"pve1","severity":"warning","issue":"",)"
                       R"("recommendedActions":[{"type":"DRAIN_NODE"}],"evidence":[],"jobIds":[],)"
                       R"("automatic":false,"reason":null,)"),
      text);
}

BOOST_AUTO_TEST_SUITE_END()
