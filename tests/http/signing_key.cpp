#include "signing_key.hpp"

#include <array>
#include <utility>
#include <vector>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "http/base64url.hpp"

namespace cloudpods::test {

namespace {

using context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;
using digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string bytes_of(const BIGNUM* number, int size) {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), size);
  return bytes;
}

/// DER as OpenSSL makes it, to r and s.
std::string plain_pair(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  auto* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  auto text = bytes_of(ECDSA_SIG_get0_r(pair), 32) + bytes_of(ECDSA_SIG_get0_s(pair), 32);
  ECDSA_SIG_free(pair);
  return text;
}

} // namespace

signing_key signing_key::rsa(unsigned bits, unsigned exponent) {
  const context making{EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr), EVP_PKEY_CTX_free};
  EVP_PKEY_keygen_init(making.get());
  std::array parameters{OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_BITS, &bits),
                        OSSL_PARAM_construct_uint(OSSL_PKEY_PARAM_RSA_E, &exponent),
                        OSSL_PARAM_construct_end()};
  EVP_PKEY_CTX_set_params(making.get(), parameters.data());
  EVP_PKEY* key = nullptr;
  EVP_PKEY_generate(making.get(), &key);
  return {{key, EVP_PKEY_free}, ""};
}

signing_key signing_key::ec(const std::string& curve) {
  return {{EVP_EC_gen(curve.c_str()), EVP_PKEY_free}, curve};
}

signing_key signing_key::ed25519() {
  return {{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free}, "Ed25519"};
}

std::string signing_key::number(const char* name) const {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(key_.get(), name, &value);
  auto text = http::base64url(bytes_of(value, curve_.empty() ? BN_num_bytes(value) : 32));
  BN_free(value);
  return text;
}

std::string signing_key::members() const {
  if (curve_.empty())
    return R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
           number(OSSL_PKEY_PARAM_RSA_E) + "\"";
  if (curve_ != "Ed25519")
    return R"("kty":"EC","crv":")" + curve_ + R"(","x":")" + number(OSSL_PKEY_PARAM_EC_PUB_X) +
           R"(","y":")" + number(OSSL_PKEY_PARAM_EC_PUB_Y) + "\"";
  std::string point(32, '\0');
  auto size = point.size();
  EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(point.data()), &size);
  return R"("kty":"OKP","crv":"Ed25519","x":")" + http::base64url(point) + "\"";
}

std::string signing_key::jwk(const std::string& id, const std::string& more) const {
  return R"({"kid":")" + id + "\"," + members() + (more.empty() ? "" : "," + more) + "}";
}

std::string signing_key::sign(std::string_view text) const {
  const digest signing{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  EVP_DigestSignInit(signing.get(), nullptr, curve_ == "Ed25519" ? nullptr : EVP_sha256(), nullptr,
                     key_.get());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  EVP_DigestSign(signing.get(), nullptr, &size, bytes, text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(signing.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                 text.size());
  signature.resize(size);
  return curve_ == "P-256" ? plain_pair(signature) : signature;
}

std::string signing_key::token(const std::string& id, const std::string& algorithm,
                               const std::string& claims) const {
  const auto header = R"({"alg":")" + algorithm + R"(","kid":")" + id + R"("})";
  const auto text = http::base64url(header) + "." + http::base64url(claims);
  return text + "." + http::base64url(sign(text));
}

} // namespace cloudpods::test
