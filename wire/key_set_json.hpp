#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::wire {

/// One key of a JSON Web Key Set as the document has it (RFC 7517): nothing is decoded, and what is
/// absent is empty.
struct json_web_key {
  std::string id;            ///< `kid`
  std::string type;          ///< `kty`
  std::string use;           ///< `use`
  std::string algorithm;     ///< `alg`
  std::string curve;         ///< `crv`
  std::string n, e;          ///< RSA: modulus and exponent
  std::string x, y;          ///< a point of the curve
  bool may_verify = true;    ///< `key_ops` is absent, or has `verify`
  bool holds_secret = false; ///< a private or symmetric part stands beside the public one
};

/// The keys of a JSON Web Key Set (contract 3, `jwks_file`), or what is wrong with the document: a
/// sentence for the operator that repeats nothing of it.
std::expected<std::vector<json_web_key>, std::string> key_set_from_json(std::string_view text);

} // namespace cloudpods::wire
