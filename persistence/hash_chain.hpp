#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace cloudpods::persistence {

/// The hashed columns of an event, in the order of the table (contract 13): all but `hash`. Times
/// are microseconds since 1970, numbers their decimal digits, NULL is no value.
inline constexpr std::size_t hashed_columns = 17;
using event_fields = std::array<std::optional<std::string_view>, hashed_columns>;

/// Computes each event's hash: SHA-256 over the hash before it and the length-prefixed fields, so
/// that no two different rows have the same input.
class hash_chain {
public:
  hash_chain();

  /// 32 bytes.
  std::string next(std::string_view before, const event_fields& fields);

  /// What stands before the first event.
  static std::string origin() { return std::string(32, '\0'); }

private:
  struct context_deleter {
    void operator()(EVP_MD_CTX* it) const noexcept { EVP_MD_CTX_free(it); }
  };

  std::unique_ptr<EVP_MD_CTX, context_deleter> context_;
  std::string buffer_;
};

} // namespace cloudpods::persistence
