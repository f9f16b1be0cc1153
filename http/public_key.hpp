#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "domain/words.hpp"

struct evp_pkey_st;

namespace cloudpods::wire {
struct json_web_key;
}

namespace cloudpods::http {

/// How a public key verifies: each kind of key has one way.
enum class signature_algorithm { rs256, es256, eddsa };

/// A public key that signatures of tokens are checked with (contract 4).
class public_key {
public:
  /// The key, or why it is not taken: a weak RSA key, another curve than P-256 and Ed25519, a point
  /// that is not on its curve, an `alg` that the key is not for. The sentence repeats nothing of
  /// it.
  static std::expected<public_key, std::string> from(const wire::json_web_key& key);

  [[nodiscard]] signature_algorithm algorithm() const { return algorithm_; }
  /// `signature` as tokens have it: for ES256 r and s, 32 bytes each (RFC 7518, 3.4).
  [[nodiscard]] bool verifies(std::string_view text, std::string_view signature) const;

private:
  using key_handle = std::shared_ptr<evp_pkey_st>;

  public_key(signature_algorithm algorithm, key_handle key)
      : algorithm_(algorithm), key_(std::move(key)) {}
  static std::expected<public_key, std::string> rsa(const wire::json_web_key& key);
  static std::expected<public_key, std::string> p256(const wire::json_web_key& key);
  static std::expected<public_key, std::string> ed25519(const wire::json_web_key& key);

  signature_algorithm algorithm_;
  key_handle key_;
};

} // namespace cloudpods::http

template <>
struct cloudpods::domain::words<cloudpods::http::signature_algorithm> {
  static constexpr auto values = word_list("RS256", "ES256", "EdDSA");
};
