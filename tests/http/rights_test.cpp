#include <array>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "http/rights.hpp"

using namespace cloudpods;
using http::action;
using http::permission;
using http::role;

namespace {

bool is_allowed(const http::caller& who, action what, bool member_may_act = true) {
  return http::may(who, what, member_may_act).has_value();
}

http::caller person(role what) {
  http::caller who;
  who.role = what;
  return who;
}

http::caller service(bool http::caller::*scope) {
  http::caller who;
  who.*scope = true;
  return who;
}

http::caller holder(std::initializer_list<permission> keys) {
  auto who = person(role::owner);
  who.granted.emplace();
  for (const auto key : keys)
    who.granted->add(key);
  return who;
}

constexpr std::array callers{role::none,   role::owner, role::admin,  role::member,
                             role::viewer, role::dev,   role::billing};

/// Contract 4's table, one letter per caller: none, owner, admin, member, viewer, dev, billing,
/// then focalpilot, platform:service, platform:admin.
struct expectation {
  action what;
  std::string_view who;
};
constexpr std::array expected{
    expectation{action::read, ".yyyyy.yyy"},
    expectation{action::read_quota, ".yyyyyyyyy"},
    expectation{action::read_any_quota, ".......yyy"},
    expectation{action::order, ".yyy....yy"},
    expectation{action::scale, ".yyy....yy"},
    expectation{action::backup, ".yyy....yy"},
    expectation{action::power, ".yyy....yy"},
    expectation{action::destroy, ".yy.....yy"},
    expectation{action::suspend, "........yy"},
    expectation{action::operate, ".........y"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(rights)

BOOST_AUTO_TEST_CASE(every_role_may_what_the_contract_says_and_nothing_else) {
  for (const auto& [what, who] : expected) {
    for (std::size_t i = 0; i < callers.size(); ++i)
      BOOST_TEST(is_allowed(person(callers[i]), what) == (who[i] == 'y'),
                 "action " << static_cast<int>(what) << ", role " << i);
    BOOST_TEST(is_allowed(service(&http::caller::focalpilot), what) == (who[7] == 'y'));
    BOOST_TEST(is_allowed(service(&http::caller::platform_service), what) == (who[8] == 'y'));
    BOOST_TEST(is_allowed(service(&http::caller::platform_admin), what) == (who[9] == 'y'));
  }
}

BOOST_AUTO_TEST_CASE(a_member_only_reads_where_members_may_not_act) {
  const auto member = person(role::member);
  for (const auto& [what, who] : expected)
    BOOST_TEST(is_allowed(member, what, false) ==
               (what == action::read || what == action::read_quota));
  BOOST_TEST(is_allowed(person(role::admin), action::order, false));
}

BOOST_AUTO_TEST_CASE(permission_keys_decide_alone) {
  const auto scaler = holder({permission::scale});
  BOOST_TEST(is_allowed(scaler, action::scale));
  BOOST_TEST(!is_allowed(scaler, action::read));
  BOOST_TEST(!is_allowed(scaler, action::order));
  BOOST_TEST(!is_allowed(holder({}), action::read));
  BOOST_TEST(is_allowed(holder({permission::destroy}), action::destroy));
}

BOOST_AUTO_TEST_CASE(who_may_create_may_also_switch) {
  BOOST_TEST(is_allowed(holder({permission::create}), action::power));
  BOOST_TEST(is_allowed(holder({permission::power}), action::power));
  BOOST_TEST(!is_allowed(holder({permission::power}), action::order));
}

BOOST_AUTO_TEST_CASE(no_key_gives_platform_rights) {
  auto all = person(role::owner);
  all.granted.emplace();
  all.granted->add_all();
  BOOST_TEST(!is_allowed(all, action::suspend));
  BOOST_TEST(!is_allowed(all, action::operate));
  BOOST_TEST(is_allowed(all, action::destroy));
}

BOOST_AUTO_TEST_CASE(a_scope_stands_above_the_keys) {
  auto who = holder({permission::view});
  who.platform_service = true;
  BOOST_TEST(is_allowed(who, action::order));
}

BOOST_AUTO_TEST_CASE(a_refusal_by_keys_names_the_one_that_is_missing) {
  const auto refusal = http::may(holder({permission::view}), action::destroy, true);
  BOOST_TEST_REQUIRE(!refusal.has_value());
  BOOST_TEST((refusal.error().code == domain::problem_code::forbidden));
  BOOST_TEST_REQUIRE(refusal.error().details.size() == 1U);
  BOOST_TEST(refusal.error().details[0].name == "requiredPermission");
  BOOST_TEST((refusal.error().details[0].value ==
              std::variant<std::int64_t, std::string, bool>{std::string{"cloudpods.destroy"}}));
}

BOOST_AUTO_TEST_CASE(a_refusal_by_role_names_no_permission) {
  BOOST_TEST(http::may(person(role::viewer), action::order, true).error().details.empty());
}

BOOST_AUTO_TEST_SUITE_END()
