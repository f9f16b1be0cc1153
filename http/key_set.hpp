#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/public_key.hpp"

namespace cloudpods::http {

/// The public keys of `[auth] jwks_file`, by `kid` (contract 4).
class key_set {
public:
  /// The set, or everything that is wrong with it: no set at all, a key that is not taken, one
  /// without a `kid` or with that of another, a private key. Keys that are not for signatures are
  /// passed over. The sentences repeat nothing of the document.
  static std::expected<key_set, std::vector<std::string>> from_json(std::string_view text);

  /// Null where no key has that name.
  [[nodiscard]] const public_key* find(std::string_view id) const;
  [[nodiscard]] bool empty() const { return keys_.empty(); }

private:
  std::expected<void, std::string> add(const wire::json_web_key& key);

  std::map<std::string, public_key, std::less<>> keys_;
};

} // namespace cloudpods::http
