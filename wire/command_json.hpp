#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/destroy.hpp"
#include "domain/order.hpp"

namespace cloudpods::wire {

/// A body that was read: whom it names is known even where the command itself is refused, because
/// a wrong tenant is told before a wrong field (contract 5, order of refusals).
template <class Command>
struct decoded {
  std::optional<std::string> tenant;
  domain::expected<Command> command; ///< or `validation_failed` with every fault
};

/// `POST /order` (contract 6). Fails with `invalid_json`. `user` is left to the caller.
domain::expected<decoded<domain::order_pod>> decode_order(std::string_view body);

/// `POST /{ref}/destroy`, `DELETE /{ref}` (contract 6).
domain::expected<decoded<domain::destroy_pod>> decode_destroy(std::string_view body);

/// Whether `line` is an OpenSSH public key: a known type, and data of that type and length.
bool is_ssh_public_key(std::string_view line);

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

} // namespace cloudpods::wire
