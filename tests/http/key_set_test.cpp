#include <string>

#include <boost/test/unit_test.hpp>

#include "http/authenticate.hpp"
#include "http/base64url.hpp"
#include "http/hmac.hpp"
#include "http/key_set.hpp"
#include "signing_key.hpp"

using namespace cloudpods;
using namespace std::chrono_literals;
using test::key_set_of;
using test::signing_key;

namespace {

const domain::instant now{1'800'000'000s};
const std::string claims =
    R"({"iss":"mpanel","aud":"cloudpods","exp":1800000060,"sub":"u","tenant_id":"T-1"})";
const std::string secret = "a secret of more than thirty-two bytes";

/// Made once: an RSA key takes its time.
const signing_key& rsa_key() {
  static const auto key = signing_key::rsa();
  return key;
}

struct key_set_fixture {
  signing_key ec = signing_key::ec();
  signing_key ed = signing_key::ed25519();
  http::auth_settings settings;

  key_set_fixture() {
    take(rsa_key().jwk("r", R"("use":"sig","alg":"RS256")") + "," + ec.jwk("e") + "," +
         ed.jwk("d", R"("key_ops":["verify"])"));
  }

  void take(const std::string& keys) {
    auto set = http::key_set::from_json(key_set_of(keys));
    BOOST_TEST_REQUIRE(set.has_value());
    settings.keys = std::make_shared<const http::key_set>(*std::move(set));
  }
  bool believes(const std::string& token) const {
    return http::verify(settings, token, now).has_value();
  }
  /// The only fault of a document.
  static std::string fault(const std::string& document) {
    const auto set = http::key_set::from_json(document);
    BOOST_TEST_REQUIRE(!set.has_value(), document);
    BOOST_TEST(set.error().size() == 1U);
    return set.error().front();
  }
  static std::string fault_of_key(const std::string& key) { return fault(key_set_of(key)); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(key_sets, key_set_fixture)

// contract 4
BOOST_AUTO_TEST_CASE(a_token_signed_by_a_key_of_the_set_is_believed) {
  BOOST_TEST(believes(rsa_key().token("r", "RS256", claims)));
  BOOST_TEST(believes(ec.token("e", "ES256", claims)));
  BOOST_TEST(believes(ed.token("d", "EdDSA", claims)));
}

BOOST_AUTO_TEST_CASE(published_signatures_hold) {
  // RFC 7515, A.3, and RFC 8037, A.4
  const auto set = http::key_set::from_json(key_set_of(
      R"({"kid":"a","kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},)"
      R"({"kid":"b","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"));
  BOOST_TEST_REQUIRE(set.has_value());
  const auto holds = [&](const char* id, const std::string& text, const std::string& signature) {
    return set->find(id)->verifies(text, http::from_base64url(signature).value());
  };
  BOOST_TEST(holds("a",
                   "eyJhbGciOiJFUzI1NiJ9."
                   "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p"
                   "c19yb290Ijp0cnVlfQ",
                   "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqP"
                   "P3-Kg6NU1Q"));
  BOOST_TEST(holds("b", "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
                   "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvp"
                   "Ar_MuM0KAg"));
}

BOOST_AUTO_TEST_CASE(a_signature_of_another_key_or_text_does_not_hold) {
  const auto other = signing_key::ec();
  BOOST_TEST(!believes(other.token("e", "ES256", claims)));
  BOOST_TEST(!believes(ec.token("d", "EdDSA", claims)));
  BOOST_TEST(!believes(ed.token("r", "RS256", claims)));
  for (const auto& good : {rsa_key().token("r", "RS256", claims), ec.token("e", "ES256", claims),
                           ed.token("d", "EdDSA", claims)}) {
    auto bad = good;
    auto& letter = bad[good.find('.') + 20];
    letter = letter == 'A' ? 'B' : 'A';
    BOOST_TEST(!believes(bad));
    BOOST_TEST(!believes(good.substr(0, good.size() - 8)));
    BOOST_TEST(!believes(good.substr(0, good.rfind('.') + 1)));
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_kid_is_refused) {
  settings.hs256_secret = secret;
  BOOST_TEST(!believes(ec.token("nobody", "ES256", claims)));
  const auto text =
      http::base64url(R"({"alg":"HS256","kid":"nobody"})") + "." + http::base64url(claims);
  BOOST_TEST(!believes(text + "." + http::base64url(http::hmac_sha256(secret, text))));
  const auto number = http::base64url(R"({"alg":"ES256","kid":7})") + "." + http::base64url(claims);
  BOOST_TEST(!believes(number + "." + http::base64url(ec.sign(number))));
}

BOOST_AUTO_TEST_CASE(the_key_decides_the_algorithm_and_the_header_may_only_agree) {
  for (const auto* claimed : {"none", "HS256", "RS512", "PS256", "ES256", "EdDSA", "rs256", ""})
    BOOST_TEST(!believes(rsa_key().token("r", claimed, claims)), claimed);
  BOOST_TEST(!believes(ec.token("e", "RS256", claims)));
  BOOST_TEST(!believes(ed.token("d", "Ed25519", claims)));
}

// The classic: what is public serves as the secret of an HMAC.
BOOST_AUTO_TEST_CASE(a_public_key_is_no_secret) {
  for (const auto& known : {rsa_key().jwk("r"), key_set_of(ec.jwk("e"))})
    for (const auto* header : {R"({"alg":"HS256","kid":"r"})", R"({"alg":"HS256"})"}) {
      const auto text = http::base64url(header) + "." + http::base64url(claims);
      BOOST_TEST(!believes(text + "." + http::base64url(http::hmac_sha256(known, text))));
    }
}

BOOST_AUTO_TEST_CASE(without_a_kid_only_the_secret_counts) {
  const auto hmac_token = http::sign_claims(secret, claims);
  BOOST_TEST(!believes(hmac_token));
  settings.hs256_secret = secret;
  BOOST_TEST(believes(hmac_token));
  BOOST_TEST(believes(ec.token("e", "ES256", claims)));
  const auto text = http::base64url(R"({"alg":"ES256"})") + "." + http::base64url(claims);
  BOOST_TEST(!believes(text + "." + http::base64url(ec.sign(text))));
}

BOOST_AUTO_TEST_CASE(a_weak_rsa_key_is_not_taken) {
  BOOST_TEST(fault_of_key(signing_key::rsa(1024).jwk("k")) ==
             "keys[0] is an RSA key of 1024 bits; 2048 to 8192 are taken");
  BOOST_TEST(fault_of_key(signing_key::rsa(2048, 3).jwk("k")) ==
             "keys[0] is an RSA key with a weak exponent or modulus");
  BOOST_TEST(fault_of_key(R"({"kid":"k","kty":"RSA","n":"","e":"AQAB"})") ==
             "keys[0] has no modulus and exponent");
}

BOOST_AUTO_TEST_CASE(other_curves_and_points_off_the_curve_are_not_taken) {
  BOOST_TEST(fault_of_key(signing_key::ec("P-384").jwk("k")) ==
             "keys[0] is on another curve than P-256");
  BOOST_TEST(fault_of_key(R"({"kid":"k","kty":"OKP","crv":"X25519","x":"AA"})") ==
             "keys[0] is on another curve than Ed25519");
  BOOST_TEST(fault_of_key(R"({"kid":"k","kty":"OKP","crv":"Ed25519","x":"AAAA"})") ==
             "keys[0] is no Ed25519 key");
  const auto off = http::base64url(std::string(32, '\x05'));
  BOOST_TEST(fault_of_key(R"({"kid":"k","kty":"EC","crv":"P-256","x":")" + off + R"(","y":")" +
                          off + "\"}") == "keys[0] is no point of its curve");
}

BOOST_AUTO_TEST_CASE(an_algorithm_that_is_not_the_keys_is_not_taken) {
  for (const auto* algorithm : {"RS512", "PS256", "ES256", "none", "HS256"})
    BOOST_TEST(fault_of_key(rsa_key().jwk("k", R"("alg":")" + std::string{algorithm} + "\"")) ==
               "keys[0] is for another algorithm than RS256, ES256 and EdDSA");
  BOOST_TEST(fault_of_key(R"({"kid":"k","kty":"DSA"})") ==
             "keys[0] has another type than RSA, EC and OKP");
}

BOOST_AUTO_TEST_CASE(private_and_symmetric_keys_are_not_taken) {
  const std::string sentence =
      "keys[0] is a private or symmetric key; only public keys belong here";
  BOOST_TEST(fault_of_key(ec.jwk("k", R"("d":"AAAA")")) == sentence);
  BOOST_TEST(fault_of_key(ed.jwk("k", R"("use":"enc","d":"AAAA")")) == sentence);
  BOOST_TEST(fault_of_key(rsa_key().jwk("k", R"("qi":null)")) == sentence);
  BOOST_TEST(fault_of_key(R"({"kid":"k","kty":"oct","k":"AAAA"})") == sentence);
}

BOOST_AUTO_TEST_CASE(every_key_has_a_kid_of_its_own) {
  BOOST_TEST(fault_of_key(ec.jwk("k") + "," + ed.jwk("k")) == "keys[1] has the kid of another key");
  BOOST_TEST(fault_of_key(ec.jwk("")) == "keys[0] has no kid of 1 to 256 characters");
}

BOOST_AUTO_TEST_CASE(all_faults_of_a_set_are_told_at_once) {
  const auto set = http::key_set::from_json(
      key_set_of(ec.jwk("") + "," + ed.jwk("good") + "," + ec.jwk("k", R"("d":"AAAA")")));
  BOOST_TEST_REQUIRE(!set.has_value());
  BOOST_TEST(set.error().size() == 2U);
}

BOOST_AUTO_TEST_CASE(keys_that_are_not_for_signatures_are_passed_over) {
  const auto set =
      http::key_set::from_json(key_set_of(rsa_key().jwk("", R"("use":"enc","alg":"RSA-OAEP")") +
                                          "," + ec.jwk("k", R"("key_ops":["deriveBits"])")));
  BOOST_TEST_REQUIRE(set.has_value());
  BOOST_TEST(set->empty());
}

BOOST_AUTO_TEST_CASE(a_document_that_is_no_key_set_is_refused) {
  BOOST_TEST(fault("") == "holds no JSON object");
  BOOST_TEST(fault("[]") == "holds no JSON object");
  BOOST_TEST(fault(R"({"keys":[]} x)") == "holds no JSON object");
  BOOST_TEST(fault("{}") == R"(holds no JSON Web Key Set: it has no list "keys")");
  BOOST_TEST(fault(R"({"keys":{}})") == R"(holds no JSON Web Key Set: it has no list "keys")");
  BOOST_TEST(fault(R"({"keys":[7]})") == "keys[0] is no object");
  BOOST_TEST(fault(R"({"keys":[{"kid":7}]})") == "keys[0] has kid that is no text");
  BOOST_TEST(fault(R"({"keys":[{"kid":"a","kid":"b"}]})") == "keys[0] has a member twice");
}

BOOST_AUTO_TEST_SUITE_END()
