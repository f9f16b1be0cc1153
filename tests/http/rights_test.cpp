#include <array>
#include <span>
#include <string>
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

http::caller holder(std::span<const permission> keys) {
  auto who = person(role::owner);
  who.granted.emplace();
  for (const auto key : keys)
    who.granted->add(key);
  return who;
}

constexpr std::array roles{role::none, role::owner,  role::admin,  role::member,
                           role::dev,  role::viewer, role::billing};
constexpr std::array scopes{&http::caller::focalpilot, &http::caller::platform_service,
                            &http::caller::platform_admin};
constexpr std::array keys{permission::view,      permission::create, permission::scale,
                          permission::backup,    permission::power,  permission::destroy,
                          permission::quota_view};

/// Contract 4's table and its line on permissions, one letter per caller. Roles: none, owner,
/// admin, member, dev, viewer, billing; `reading`: a member where members may not act; scopes:
/// focalpilot, platform:service, platform:admin; keys: an owner with view, create, scale, backup,
/// power, destroy, quota.view, then with none of them, then with all.
struct expectation {
  action what;
  std::string_view roles;
  char reading;
  std::string_view scopes;
  std::string_view keys;
};
constexpr std::array expected{
    expectation{action::read, ".yyyyy.", 'y', "yyy", "y.......y"},
    expectation{action::read_quota, ".yyyyyy", 'y', "yyy", "......y.y"},
    expectation{action::read_any_quota, ".......", '.', "yyy", "........."},
    expectation{action::stream, ".yyyyy.", 'y', "yyy", "y.......y"},
    expectation{action::order, ".yyy...", '.', ".yy", ".y......y"},
    expectation{action::scale, ".yyy...", '.', ".yy", "..y.....y"},
    expectation{action::backup, ".yyy...", '.', ".yy", "...y....y"},
    expectation{action::snapshot, ".yyy...", '.', ".yy", "...y....y"},
    expectation{action::power, ".yyy...", '.', ".yy", ".y..y...y"},
    expectation{action::destroy, ".yy....", '.', ".yy", ".....y..y"},
    expectation{action::restore, ".yy....", '.', ".yy", ".....y..y"},
    expectation{action::rollback, ".yy....", '.', ".yy", ".....y..y"},
    expectation{action::protect, ".yy....", '.', ".yy", ".....y..y"},
    expectation{action::suspend, ".......", '.', ".yy", "........."},
    expectation{action::settle, ".yy....", '.', "y.y", "........."},
    expectation{action::recommend, ".......", '.', "y.y", "........."},
    expectation{action::operate, ".......", '.', "..y", "........."},
};
static_assert(expected.size() == static_cast<std::size_t>(action::operate) + 1,
              "every action is expected something of");

http::caller with_all_keys() {
  auto who = holder(keys);
  who.granted->add_all();
  return who;
}

} // namespace

BOOST_AUTO_TEST_SUITE(rights)

// contract 4
BOOST_AUTO_TEST_CASE(every_role_scope_and_key_gives_what_the_contract_says_and_nothing_else) {
  for (const auto& each : expected) {
    const auto judge = [&](const http::caller& who, char letter, const std::string& name) {
      BOOST_TEST(is_allowed(who, each.what) == (letter == 'y'),
                 "action " << static_cast<int>(each.what) << " with " << name);
    };
    for (std::size_t i = 0; i < roles.size(); ++i)
      judge(person(roles[i]), each.roles[i], "role " + std::string{domain::text(roles[i])});
    BOOST_TEST(is_allowed(person(role::member), each.what, false) == (each.reading == 'y'));
    BOOST_TEST(is_allowed(person(role::owner), each.what, false) == (each.roles[1] == 'y'));
    for (std::size_t i = 0; i < scopes.size(); ++i)
      judge(service(scopes[i]), each.scopes[i], "scope " + std::to_string(i));
    for (std::size_t i = 0; i < keys.size(); ++i)
      judge(holder(std::array{keys[i]}), each.keys[i], "key " + std::string{domain::text(keys[i])});
    judge(holder({}), each.keys[7], "no key of ours");
    judge(with_all_keys(), each.keys[8], "all keys");
  }
}

// contract 4: retry and cancel need the right to the thing itself
BOOST_AUTO_TEST_CASE(a_job_is_retried_and_cancelled_by_who_may_ask_for_it) {
  BOOST_TEST((http::action_of(domain::item_action::create) == action::order));
  BOOST_TEST((http::action_of(domain::item_action::destroy) == action::destroy));
  BOOST_TEST((http::action_of(domain::item_action::cleanup) == action::destroy));
}

BOOST_AUTO_TEST_CASE(a_scope_stands_above_the_keys) {
  auto who = holder(std::array{permission::view});
  who.platform_service = true;
  BOOST_TEST(is_allowed(who, action::order));
}

BOOST_AUTO_TEST_CASE(a_refusal_by_keys_names_the_one_that_is_missing) {
  const auto refusal = http::may(holder(std::array{permission::view}), action::destroy, true);
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
