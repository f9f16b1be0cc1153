#include <boost/test/unit_test.hpp>

#include "daemon/http_settings.hpp"
#include "http/key_set.hpp"

using namespace cloudpods;

namespace {

/// The key of RFC 8037, A.2.
const std::string good_key =
    R"({"kid":"a","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

config::auth_settings with_keys(const std::string& keys) {
  config::auth_settings settings;
  settings.jwks_file = "/etc/cloudpods/jwks.json";
  settings.jwks_place.line = 7;
  settings.jwks = R"({"keys":[)" + keys + "]}";
  return settings;
}

} // namespace

BOOST_AUTO_TEST_SUITE(faults_of_a_key_set)

// contract 3: one of secret and key set is required
BOOST_AUTO_TEST_CASE(a_key_set_alone_is_enough) {
  const auto settings = with_keys(good_key);
  BOOST_TEST(daemon::key_set_faults(settings).empty());
  const auto made = daemon::auth_settings_of(settings);
  BOOST_TEST_REQUIRE((made.keys != nullptr));
  BOOST_TEST((made.keys->find("a") != nullptr));
  BOOST_TEST(made.hs256_secret.empty());
}

BOOST_AUTO_TEST_CASE(every_fault_names_the_line_and_the_file) {
  const auto faults = daemon::key_set_faults(with_keys(R"({"kty":"oct","k":"AA"},7)"));
  BOOST_TEST_REQUIRE(faults.size() == 1U);
  BOOST_TEST(config::text(faults[0], "c.toml") ==
             R"(c.toml:7: auth.jwks_file = "jwks.json": keys[1] is no object)");
  BOOST_TEST(
      daemon::key_set_faults(with_keys(good_key + "," + good_key + R"(,{"kid":"b"})")).size() ==
      2U);
}

BOOST_AUTO_TEST_CASE(a_set_without_keys_needs_a_secret_beside_it) {
  auto settings = with_keys("");
  BOOST_TEST_REQUIRE(daemon::key_set_faults(settings).size() == 1U);
  settings.hs256_secret = config::secret{"a secret of more than thirty-two bytes"};
  BOOST_TEST(daemon::key_set_faults(settings).empty());
  BOOST_TEST((daemon::auth_settings_of(settings).keys == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
