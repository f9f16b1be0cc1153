#include <string>

#include <boost/test/unit_test.hpp>

#include "http/authenticate.hpp"
#include "http/base64url.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;

namespace {

const domain::instant now{1'800'000'000s};

struct token_fixture {
  http::auth_settings settings;

  token_fixture() {
    settings.hs256_secret = "a secret of more than thirty-two bytes";
    settings.roles = {
        {"customer", "member"}, {"super_admin", "platform:admin"}, {"support", "viewer"}};
    settings.permissions = {{"cloudpods:read", {"cloudpods.view"}}};
  }

  /// Claims that are believed, and `more`.
  std::string claims(const std::string& more = "") const {
    return R"({"iss":"mpanel","aud":"cloudpods","exp":1800000060,"sub":"u")" +
           (more.empty() ? "" : "," + more) + "}";
  }

  http::believed<http::caller> read(const std::string& text) const {
    return http::verify(settings, http::sign_claims(settings.hs256_secret, text), now);
  }

  http::caller who(const std::string& more) const {
    const auto found = read(claims(more));
    BOOST_TEST_REQUIRE(found.has_value(), more);
    return *found;
  }

  bool believes(const std::string& text) const { return read(text).has_value(); }

  std::string with_header(const std::string& header) const {
    const auto good = http::sign_claims(settings.hs256_secret, claims());
    return http::base64url(header) + good.substr(good.find('.'));
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(tokens, token_fixture)

BOOST_AUTO_TEST_CASE(a_token_that_we_sign_is_believed) {
  const http::token_request wanted{"user-7", "T-1", "owner", "platform:service", now, 60s};
  const auto found = http::verify(settings, http::sign_token(settings, wanted), now);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->user.value == "user-7");
  BOOST_TEST(found->tenant->value == "T-1");
  BOOST_TEST((found->role == http::role::owner));
  BOOST_TEST(found->platform_service);
  BOOST_TEST((found->expires == now + 60s));
}

// contract 4
BOOST_AUTO_TEST_CASE(the_scope_of_focalpilot_takes_what_a_role_or_keys_would_give) {
  const http::token_request wanted{"user-7", "T-1", "owner", "focalpilot", now, 60s};
  const auto found = http::verify(settings, http::sign_token(settings, wanted), now);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->focalpilot);
  BOOST_TEST((found->role == http::role::none));
  BOOST_TEST(!found->granted.has_value());
}

BOOST_AUTO_TEST_CASE(mpanels_claims_are_understood) {
  const auto found = http::verify(
      settings,
      http::sign_claims(settings.hs256_secret,
                        R"({"iss":"mpanel","aud":"mpanel-api","exp":1800000900,"userId":42,)"
                        R"("tenantId":7,"email":"a@b","role":"OWNER","type":"access"})"),
      now);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->user.value == "42");
  BOOST_TEST(found->tenant->value == "7");
  BOOST_TEST((found->role == http::role::owner));
}

BOOST_AUTO_TEST_CASE(claims_that_disagree_are_not_believed) {
  BOOST_TEST(believes(claims(R"("tenant_id":"7","tenantId":7)")));
  BOOST_TEST(!believes(claims(R"("tenant_id":"7","tenantId":8)")));
  BOOST_TEST(!believes(claims(R"("userId":"another")")));
}

BOOST_AUTO_TEST_CASE(an_end_is_required_and_kept_with_leeway) {
  BOOST_TEST(!believes(R"({"iss":"mpanel","aud":"cloudpods","sub":"u"})"));
  BOOST_TEST(!believes(R"({"iss":"mpanel","aud":"cloudpods","sub":"u","exp":"1800000060"})"));
  BOOST_TEST(believes(R"({"iss":"mpanel","aud":"cloudpods","sub":"u","exp":1799999971})"));
  BOOST_TEST(!believes(R"({"iss":"mpanel","aud":"cloudpods","sub":"u","exp":1799999970})"));
  BOOST_TEST(!believes(R"({"iss":"mpanel","aud":"cloudpods","sub":"u","exp":1e300})"));
}

BOOST_AUTO_TEST_CASE(a_beginning_is_kept_with_leeway) {
  BOOST_TEST(believes(claims(R"("nbf":1800000030)")));
  BOOST_TEST(!believes(claims(R"("nbf":1800000031)")));
  BOOST_TEST(!believes(claims(R"("nbf":"now")")));
}

BOOST_AUTO_TEST_CASE(issuer_and_audience_have_to_be_ours) {
  BOOST_TEST(!believes(R"({"iss":"other","aud":"cloudpods","exp":1800000060,"sub":"u"})"));
  BOOST_TEST(!believes(R"({"aud":"cloudpods","exp":1800000060,"sub":"u"})"));
  BOOST_TEST(!believes(R"({"iss":"mpanel","exp":1800000060,"sub":"u"})"));
  BOOST_TEST(!believes(R"({"iss":"mpanel","aud":"mpanel-refresh","exp":1800000060,"sub":"u"})"));
  BOOST_TEST(believes(R"({"iss":"mpanel","aud":["x","mpanel-api"],"exp":1800000060,"sub":"u"})"));
}

BOOST_AUTO_TEST_CASE(a_refresh_token_is_refused) {
  BOOST_TEST(!believes(claims(R"("type":"refresh")")));
  BOOST_TEST(!believes(claims(R"("type":1)")));
  BOOST_TEST(believes(claims(R"("type":"access")")));
}

BOOST_AUTO_TEST_CASE(a_token_without_a_user_is_refused) {
  BOOST_TEST(!believes(R"({"iss":"mpanel","aud":"cloudpods","exp":1800000060})"));
}

BOOST_AUTO_TEST_CASE(a_tenant_that_is_no_id_is_refused) {
  BOOST_TEST(!believes(claims(R"("tenant_id":"a b")")));
  BOOST_TEST(!believes(claims(R"("tenant_id":"../x")")));
  BOOST_TEST(!believes(claims("\"tenant_id\":\"" + std::string(65, 'x') + "\"")));
  BOOST_TEST(!believes(claims(R"("tenant_id":1.5)")));
}

BOOST_AUTO_TEST_CASE(the_key_decides_the_algorithm) {
  BOOST_TEST(
      !http::verify(settings, with_header(R"({"alg":"none","typ":"JWT"})"), now).has_value());
  BOOST_TEST(
      !http::verify(settings, with_header(R"({"alg":"HS512","typ":"JWT"})"), now).has_value());
  BOOST_TEST(!http::verify(settings, with_header(R"({"typ":"JWT"})"), now).has_value());
  const auto unsigned_token =
      http::base64url(R"({"alg":"none"})") + "." + http::base64url(claims()) + ".";
  BOOST_TEST(!http::verify(settings, unsigned_token, now).has_value());
}

BOOST_AUTO_TEST_CASE(a_token_that_was_changed_is_refused) {
  const auto good = http::sign_claims(settings.hs256_secret, claims());
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    BOOST_TEST(!http::verify(settings, bad, now).has_value(), i);
  }
  BOOST_TEST(!http::verify(settings, good + ".x", now).has_value());
  BOOST_TEST(!http::verify(settings, good.substr(0, good.rfind('.')), now).has_value());
  BOOST_TEST(!http::verify(settings, "", now).has_value());
}

BOOST_AUTO_TEST_CASE(nothing_is_believed_without_a_secret) {
  const auto good = http::sign_claims("", claims());
  settings.hs256_secret.clear();
  BOOST_TEST(!http::verify(settings, good, now).has_value());
}

BOOST_AUTO_TEST_CASE(roles_go_through_the_map_in_any_case) {
  BOOST_TEST((who(R"("role":"Customer")").role == http::role::member));
  BOOST_TEST((who(R"("role":"SUPPORT")").role == http::role::viewer));
  BOOST_TEST((who(R"("role":"Billing")").role == http::role::billing));
  BOOST_TEST((who(R"("role":"janitor")").role == http::role::none));
  BOOST_TEST((who("").role == http::role::none));
}

BOOST_AUTO_TEST_CASE(platform_rights_come_by_scope_or_by_role) {
  BOOST_TEST(who(R"("scope":"x platform:admin")").platform_admin);
  BOOST_TEST(who(R"("scope":["platform:service"])").platform_service);
  BOOST_TEST(who(R"("role":"SUPER_ADMIN")").platform_admin);
  BOOST_TEST(who(R"("role":"platform:service")").platform_service);
  BOOST_TEST(!who(R"("scope":"platform:administrator")").is_platform());
}

BOOST_AUTO_TEST_CASE(only_keys_of_cloudpods_count_as_permissions) {
  BOOST_TEST(!who(R"("permissions":["billing.view"])").granted);
  const auto some = who(R"("permissions":["billing.view","cloudpods.scale","cloudpods.odd"])");
  BOOST_TEST_REQUIRE(some.granted.has_value());
  BOOST_TEST(some.granted->has(http::permission::scale));
  BOOST_TEST(!some.granted->has(http::permission::view));
  BOOST_TEST(who(R"("permissions":["cloudpods.*"])").granted->has(http::permission::destroy));
  BOOST_TEST(who(R"("permissions":["cloudpods:read"])").granted->has(http::permission::view));
}

BOOST_AUTO_TEST_CASE(a_token_is_remembered_until_it_ends) {
  http::authenticator all(std::make_shared<http::auth_settings>(settings));
  const auto bearer = "bearer " + http::sign_claims(settings.hs256_secret, claims());
  const auto first = all.authenticate(bearer, now);
  BOOST_TEST_REQUIRE(first.has_value());
  BOOST_TEST((all.authenticate(bearer, now + 60s).value() == *first));
  BOOST_TEST(!all.authenticate(bearer, now + 90s).has_value());
  BOOST_TEST(!all.authenticate("Basic abc", now).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
