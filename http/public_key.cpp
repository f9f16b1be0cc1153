#include "http/public_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "http/base64url.hpp"
#include "wire/key_set_json.hpp"

namespace cloudpods::http {

namespace {

template <auto Free>
struct freed_by {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
template <class T, auto Free>
using owned = std::unique_ptr<T, freed_by<Free>>;
using big_number = owned<BIGNUM, BN_free>;
using parameter_builder = owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using parameter_list = owned<OSSL_PARAM, OSSL_PARAM_free>;
using key_context = owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using digest_context = owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using dsa_signature = owned<ECDSA_SIG, ECDSA_SIG_free>;

constexpr int least_rsa_bits = 2048;
constexpr int most_rsa_bits = 8192;
constexpr BN_ULONG least_exponent = 65537;
constexpr std::size_t coordinate = 32;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::unexpected<std::string> refused(std::string sentence) {
  return std::unexpected(std::move(sentence));
}

/// Null where the text is no base64url, or nothing.
big_number number_from(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  if (!text || text->empty())
    return nullptr;
  return big_number{BN_bin2bn(bytes(*text), static_cast<int>(text->size()), nullptr)};
}

/// Null where the parameters make no such key.
std::shared_ptr<EVP_PKEY> key_of(const char* type, OSSL_PARAM_BLD* parts) {
  const parameter_list parameters{OSSL_PARAM_BLD_to_param(parts)};
  const key_context making{EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
  EVP_PKEY* key = nullptr;
  if (!parameters || !making || EVP_PKEY_fromdata_init(making.get()) != 1 ||
      EVP_PKEY_fromdata(making.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return {key, EVP_PKEY_free};
}

bool is_sound(EVP_PKEY* key) {
  const key_context checking{EVP_PKEY_CTX_new(key, nullptr)};
  return checking && EVP_PKEY_public_check(checking.get()) == 1;
}

/// OpenSSL wants DER; empty where the signature has not its length.
std::string der_of(std::string_view signature) {
  if (signature.size() != 2 * coordinate)
    return {};
  const auto half = static_cast<int>(coordinate);
  const dsa_signature pair{ECDSA_SIG_new()};
  big_number r{BN_bin2bn(bytes(signature), half, nullptr)};
  big_number s{BN_bin2bn(bytes(signature) + coordinate, half, nullptr)};
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1)
    return {};
  (void)r.release(); // both are the pair's now
  (void)s.release();
  unsigned char* der = nullptr;
  const auto size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0)
    return {};
  std::string text{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
  OPENSSL_free(der);
  return text;
}

} // namespace

std::expected<public_key, std::string> public_key::rsa(const wire::json_web_key& key) {
  const auto modulus = number_from(key.n);
  const auto exponent = number_from(key.e);
  if (!modulus || !exponent)
    return refused("has no modulus and exponent");
  const auto bits = BN_num_bits(modulus.get());
  if (bits < least_rsa_bits || bits > most_rsa_bits)
    return refused("is an RSA key of " + std::to_string(bits) + " bits; 2048 to 8192 are taken");
  const bool is_small = BN_num_bits(exponent.get()) <= 64;
  if (!is_small || BN_get_word(exponent.get()) < least_exponent || BN_is_odd(exponent.get()) == 0 ||
      BN_is_odd(modulus.get()) == 0)
    return refused("is an RSA key with a weak exponent or modulus");
  const parameter_builder parts{OSSL_PARAM_BLD_new()};
  OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(parts.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  auto made = key_of("RSA", parts.get());
  if (!made)
    return refused("is no RSA key");
  return public_key{signature_algorithm::rs256, std::move(made)};
}

std::expected<public_key, std::string> public_key::p256(const wire::json_web_key& key) {
  if (key.curve != "P-256")
    return refused("is on another curve than P-256");
  const auto x = from_base64url(key.x);
  const auto y = from_base64url(key.y);
  if (!x || !y || x->size() != coordinate || y->size() != coordinate)
    return refused("has not two coordinates of 32 bytes");
  const auto point = "\x04" + *x + *y; // uncompressed
  const parameter_builder parts{OSSL_PARAM_BLD_new()};
  OSSL_PARAM_BLD_push_utf8_string(parts.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(parts.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  auto made = key_of("EC", parts.get());
  if (!made || !is_sound(made.get()))
    return refused("is no point of its curve");
  return public_key{signature_algorithm::es256, std::move(made)};
}

std::expected<public_key, std::string> public_key::ed25519(const wire::json_web_key& key) {
  if (key.curve != "Ed25519")
    return refused("is on another curve than Ed25519");
  const auto x = from_base64url(key.x);
  key_handle made;
  if (x)
    made.reset(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(*x), x->size()),
               EVP_PKEY_free);
  if (!made)
    return refused("is no Ed25519 key");
  return public_key{signature_algorithm::eddsa, std::move(made)};
}

std::expected<public_key, std::string> public_key::from(const wire::json_web_key& key) {
  auto made = key.type == "RSA"   ? rsa(key)
              : key.type == "EC"  ? p256(key)
              : key.type == "OKP" ? ed25519(key)
                                  : refused("has another type than RSA, EC and OKP");
  if (made && !key.algorithm.empty() && key.algorithm != domain::text(made->algorithm()))
    return refused("is for another algorithm than RS256, ES256 and EdDSA");
  return made;
}

bool public_key::verifies(std::string_view text, std::string_view signature) const {
  const auto der = algorithm_ == signature_algorithm::es256 ? der_of(signature) : std::string{};
  const auto given = algorithm_ == signature_algorithm::es256 ? std::string_view{der} : signature;
  const auto* digest = algorithm_ == signature_algorithm::eddsa ? nullptr : EVP_sha256();
  const digest_context checking{EVP_MD_CTX_new()};
  return !given.empty() && checking &&
         EVP_DigestVerifyInit(checking.get(), nullptr, digest, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(checking.get(), bytes(given), given.size(), bytes(text), text.size()) ==
             1;
}

} // namespace cloudpods::http
