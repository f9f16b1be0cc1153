#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "domain/stack_check.hpp"
#include "domain/stack_names.hpp"
#include "domain/stack_story.hpp"

using namespace cloudpods::domain;
using namespace cloudpods::domain::samples;

// Contract 15.

namespace {

std::vector<std::string> faults(const stack_definition& stack) {
  std::vector<std::string> found;
  for (const auto& each : faults_of(stack, offers_with_tasks().post_create))
    found.push_back(each.field + " " + each.code);
  return found;
}

bool has(const stack_definition& stack, const std::string& fault) {
  const auto all = faults(stack);
  return std::ranges::find(all, fault) != all.end();
}

} // namespace

BOOST_AUTO_TEST_SUITE(stack_checks)

BOOST_AUTO_TEST_CASE(a_sound_stack_has_no_fault) { BOOST_TEST(faults(word_press()).empty()); }

BOOST_AUTO_TEST_CASE(every_fault_is_named_at_once) {
  auto stack = word_press();
  stack.version = 2;
  stack.resources[0].kind = "Database";
  stack.resources[0].hostname_pattern = "wp-{nobody}";
  stack.resources[1].role = "app";
  stack.post_create = {"configure", "unheard-of"};
  const std::vector<std::string> expected{"/version invalid_value",
                                          "/resources/0/kind invalid_value",
                                          "/resources/0/hostnamePattern unknown_placeholder",
                                          "/resources/0/dependsOn/0 unknown",
                                          "/resources/1/role duplicate",
                                          "/postCreate/0 unknown_role",
                                          "/postCreate/1 unknown"};
  BOOST_TEST(faults(stack) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cycle_of_roles_is_a_fault_of_each_that_stands_in_it) {
  auto stack = word_press();
  stack.resources[1].depends_on = {"app"};
  BOOST_TEST(has(stack, "/resources/0/dependsOn cycle"));
  BOOST_TEST(has(stack, "/resources/1/dependsOn cycle"));
  stack = word_press();
  stack.resources[1].depends_on = {"db"};
  BOOST_TEST(has(stack, "/resources/1/dependsOn cycle"));
  BOOST_TEST(!has(stack, "/resources/0/dependsOn cycle"));
}

BOOST_AUTO_TEST_CASE(more_than_fifty_pods_are_too_many) {
  auto stack = word_press();
  stack.resources[0].count = 49;
  BOOST_TEST(faults(stack).empty());
  stack.resources[0].count = 50;
  BOOST_TEST(has(stack, "/resources out_of_range"));
  stack.resources.clear();
  BOOST_TEST(has(stack, "/resources required"));
}

BOOST_AUTO_TEST_CASE(patterns_give_each_pod_a_name_of_its_own) {
  auto stack = word_press();
  stack.resources[0].hostname_pattern = "wp-{tenantSlug}";
  stack.resources[0].count = 2;
  BOOST_TEST(has(stack, "/resources/0/hostnamePattern conflict"));
  stack.resources[0].hostname_pattern = "wp_{index}";
  BOOST_TEST(has(stack, "/resources/0/hostnamePattern invalid_format"));
  stack.resources[0].hostname_pattern = "wp-{index";
  BOOST_TEST(has(stack, "/resources/0/hostnamePattern unknown_placeholder"));
}

BOOST_AUTO_TEST_CASE(a_tenant_without_a_slug_is_called_by_its_id) {
  BOOST_TEST(slug_of(tenant_id{"T.Shop_1"}, std::nullopt) == "t-shop-1");
  BOOST_TEST(slug_of(tenant_id{std::string(64, 'x')}, std::nullopt) == std::string(40, 'x'));
  BOOST_TEST(slug_of(tenant_id{"T-1"}, "shop") == "shop");
  const stack_name_values values{"shop-", "app", 2, deployment_id{"dep-01AB"}};
  BOOST_TEST(stack_hostname("{role}-{index}-{tenantSlug}", values) == "app-2-shop");
  BOOST_TEST(stack_hostname("{deployment}-{role}", values) == "dep-01ab-app");
}

BOOST_AUTO_TEST_SUITE_END()
