#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace cloudpods::test {

/// A key pair made for one test: its public half as a JSON Web Key, and signatures as tokens have
/// them.
class signing_key {
public:
  static signing_key rsa(unsigned bits = 2048, unsigned exponent = 65537);
  static signing_key ec(const std::string& curve = "P-256");
  static signing_key ed25519();

  /// `{"kid":…,"kty":…,…}`, with `more` members behind.
  [[nodiscard]] std::string jwk(const std::string& id, const std::string& more = "") const;
  [[nodiscard]] std::string sign(std::string_view text) const;
  /// A token; `algorithm` is what its header claims.
  [[nodiscard]] std::string token(const std::string& id, const std::string& algorithm,
                                  const std::string& claims) const;

private:
  signing_key(std::shared_ptr<evp_pkey_st> key, std::string curve)
      : key_(std::move(key)), curve_(std::move(curve)) {}
  [[nodiscard]] std::string number(const char* name) const;
  [[nodiscard]] std::string members() const;

  std::shared_ptr<evp_pkey_st> key_;
  std::string curve_; ///< empty: RSA
};

/// A key set of those keys.
inline std::string key_set_of(const std::string& keys) { return R"({"keys":[)" + keys + "]}"; }

} // namespace cloudpods::test
