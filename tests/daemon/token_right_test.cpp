#include <boost/test/unit_test.hpp>

#include "daemon/token_right.hpp"

using namespace cloudpods;

namespace {

/// "" where the token gives a right, else why not.
std::string refusal(const std::string& role, const std::string& scope) {
  http::auth_settings auth;
  auth.roles = {{"reseller", "admin"}, {"boss", "platform:admin"}, {"guest", "nobody"}};
  daemon::token_wish wish;
  wish.role = role;
  wish.scope = scope;
  const auto right = daemon::gives_a_right(auth, wish);
  return right ? std::string{} : right.error();
}

} // namespace

// Contract 4
BOOST_AUTO_TEST_SUITE(rights_of_a_minted_token)

BOOST_AUTO_TEST_CASE(a_role_or_a_scope_is_enough) {
  for (const auto* role : {"owner", "Viewer", "RESELLER", "boss", "platform:admin"})
    BOOST_TEST(refusal(role, "").empty());
  BOOST_TEST(refusal("", "platform:service focalpilot").empty());
  BOOST_TEST(refusal("owner", "platform:admin").empty());
}

BOOST_AUTO_TEST_CASE(a_role_that_maps_to_nothing_is_refused_and_the_known_ones_are_named) {
  for (const auto* role : {"onwer", "guest"}) {
    const auto why = refusal(role, "platform:admin");
    BOOST_TEST(why.contains(role));
    for (const auto* known : {"owner", "billing", "reseller", "platform:service", "focalpilot"})
      BOOST_TEST(why.contains(known));
  }
}

BOOST_AUTO_TEST_CASE(a_scope_that_is_not_known_is_refused) {
  BOOST_TEST(refusal("owner", "platform:admin platform:root").contains("platform:root"));
}

BOOST_AUTO_TEST_CASE(a_token_without_any_right_is_refused) {
  BOOST_TEST(refusal("", "").contains("--role or --scope"));
  BOOST_TEST(refusal("", "  ").contains("--role or --scope"));
}

BOOST_AUTO_TEST_SUITE_END()
