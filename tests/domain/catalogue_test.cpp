#include <boost/test/unit_test.hpp>

#include <random>

#include "domain/event.hpp"
#include "domain/formats.hpp"
#include "domain/samples.hpp"

using namespace cloudpods::domain;

// Contract 3.
BOOST_AUTO_TEST_SUITE(catalogues)

BOOST_AUTO_TEST_CASE(a_plan_is_looked_up_by_code_or_alias_case_folded) {
  const auto all = samples::offers();
  for (const auto* name : {"starter", "STARTER", "cloud_pod_starter", "CloudPods-Starter"})
    BOOST_TEST(all.find_plan(name) == &all.plans[0], name);
  for (const auto* name : {"", "start", "starters", "starter "})
    BOOST_TEST(all.find_plan(name) == nullptr, name);
  BOOST_TEST(all.find_plan("retired") != nullptr);
}

BOOST_AUTO_TEST_CASE(everything_else_is_looked_up_by_its_exact_name) {
  auto all = samples::offers();
  all.tenant_plans.push_back({"basic", "basic", "Basic", "", {}, ""});
  BOOST_TEST(all.find_blueprint("debian") == &all.blueprints[1]);
  BOOST_TEST(all.find_blueprint("Debian") == nullptr);
  BOOST_TEST(all.find_node(node_name{"pve2"}) == &all.nodes[1]);
  BOOST_TEST(all.find_node(node_name{"PVE2"}) == nullptr);
  BOOST_TEST(all.find_pool("east") == &all.ip_pools[0]);
  BOOST_TEST(all.find_pool("west") == nullptr);
  BOOST_TEST(all.find_tenant_plan("basic") == &all.tenant_plans[0]);
  BOOST_TEST(all.find_tenant_plan("other") == nullptr);
}

BOOST_AUTO_TEST_CASE(an_address_is_a_dotted_quad_both_ways) {
  BOOST_TEST(ipv4_text(0) == "0.0.0.0");
  BOOST_TEST(ipv4_text(0xffffffffU) == "255.255.255.255");
  std::mt19937 chance{3};
  for (int i = 0; i < 20000; ++i) {
    const auto address = static_cast<std::uint32_t>(chance());
    BOOST_REQUIRE((ipv4_from_text(ipv4_text(address)) == address));
  }
}

BOOST_AUTO_TEST_CASE(nothing_else_is_an_address) {
  for (const auto* text :
       {"",          "1",         "1.2.3",     "1.2.3.",     ".1.2.3",     "1.2.3.4.", "1.2.3.4.5",
        "256.1.1.1", "1.1.1.256", "01.2.3.4",  "1.2.3.00",   "1.2.3.4 ",   " 1.2.3.4", "1..2.3",
        "+1.2.3.4",  "-1.2.3.4",  "0x1.2.3.4", "1.2.3.1111", "1.2.3.4/24", "a.b.c.d"})
    BOOST_TEST(!ipv4_from_text(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()

// Contract 1, 6.
BOOST_AUTO_TEST_SUITE(formats)

BOOST_AUTO_TEST_CASE(a_name_is_a_dns_label_in_lower_case) {
  for (const auto& good : {std::string{"a"}, std::string{"0"}, std::string{"shop-1"},
                           std::string{"a--b"}, std::string(63, 'x')})
    BOOST_TEST(is_dns_label(good), good);
  for (const auto& bad :
       {std::string{}, std::string{"-a"}, std::string{"a-"}, std::string{"A"}, std::string{"a_b"},
        std::string{"a.b"}, std::string{"a b"}, std::string{"é"}, std::string(64, 'x'),
        std::string("a\0", 2), std::string{"a\n"}})
    BOOST_TEST(!is_dns_label(bad), bad);
}

BOOST_AUTO_TEST_CASE(a_domain_is_labels_and_dots_up_to_253) {
  const auto label = std::string(63, 'x');
  const auto longest = label + "." + label + "." + label + "." + std::string(61, 'x');
  for (const auto& good : {std::string{"a"}, std::string{"shop.example.org"}, longest})
    BOOST_TEST(is_dns_name(good), good);
  for (const auto& bad : {std::string{}, std::string{"."}, std::string{"a."}, std::string{".a"},
                          std::string{"a..b"}, std::string{"a.-b"}, longest + "x"})
    BOOST_TEST(!is_dns_name(bad), bad);
}

BOOST_AUTO_TEST_CASE(an_outside_id_is_1_to_64_of_its_characters) {
  for (const auto& good :
       {std::string{"TENANT-123"}, std::string{"7"}, std::string{"a.b_c-D"}, std::string(64, 'x')})
    BOOST_TEST(is_outside_id(good), good);
  for (const auto& bad : {std::string{}, std::string{"a b"}, std::string{"a/b"}, std::string{"a:b"},
                          std::string{"ü"}, std::string(65, 'x')})
    BOOST_TEST(!is_outside_id(bad), bad);
}

BOOST_AUTO_TEST_CASE(visible_ascii_has_neither_blanks_nor_controls_nor_other_letters) {
  BOOST_TEST(is_visible_ascii("!~", 1, 2));
  for (const auto* bad : {"", "abc", "a ", "\x7f", "é", "\t"})
    BOOST_TEST(!is_visible_ascii(bad, 1, 2), bad);
}

BOOST_AUTO_TEST_CASE(every_word_is_found_by_its_spelling) {
  const auto both_ways = []<class Enum>(Enum) {
    for (std::size_t i = 0; i < words<Enum>::values.size(); ++i)
      BOOST_TEST((from_text<Enum>(text(static_cast<Enum>(i))) == static_cast<Enum>(i)));
    BOOST_TEST(!from_text<Enum>("nonsense").has_value());
    BOOST_TEST(!from_text<Enum>("").has_value());
  };
  both_ways(problem_code{});
  both_ways(pod_status{});
  both_ways(power_state{});
  both_ways(pod_fault{});
  both_ways(job_type{});
  both_ways(job_status{});
  both_ways(item_action{});
  both_ways(item_status{});
  both_ways(step{});
  both_ways(step_result{});
  both_ways(follow_up{});
  both_ways(category{});
  both_ways(actor_kind{});
  both_ways(failure_class{});
  both_ways(guest_kind{});
  both_ways(limit_source{});
  both_ways(ct_address_source{});
}

BOOST_AUTO_TEST_CASE(the_last_value_of_every_enumeration_has_the_last_word) {
  BOOST_TEST(text(problem_code::internal_error) == "INTERNAL_ERROR");
  BOOST_TEST(text(problem_code::quota_exceeded) == "QUOTA_EXCEEDED");
  BOOST_TEST(text(problem_code::protected_pod) == "PROTECTED");
  BOOST_TEST(text(step::remove_snippet) == "remove_snippet");
  BOOST_TEST(text(failure_class::fenced) == "fenced");
  BOOST_TEST(text(follow_up::give_up) == "give_up");
  BOOST_TEST(text(pod_status::deleted) == "deleted");
  BOOST_TEST(text(category::health) == "HEALTH");
}

BOOST_AUTO_TEST_SUITE_END()
