#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace cloudpods::config {

/// An address as 16 bytes; IPv4 as `::ffff:a.b.c.d`, so that one comparison serves both.
using address_bytes = std::array<std::uint8_t, 16>;

/// The bytes of an IPv4 or IPv6 address, or nothing.
std::optional<address_bytes> address_from_text(std::string_view text);

bool is_address(std::string_view text);

/// A network in CIDR notation, of either family.
struct network {
  address_bytes base{};
  int prefix_length = 128; ///< of the 16 bytes: an IPv4 /24 is 120

  [[nodiscard]] bool contains(const address_bytes& address) const;
  /// False where `address` is no address.
  [[nodiscard]] bool contains(std::string_view address) const;

  friend bool operator==(const network&, const network&) = default;
};

/// The network, or what is wrong with `text`. Bits behind the prefix must be 0.
std::expected<network, std::string> network_from_text(std::string_view text);

/// In CIDR notation again.
std::string text(const network& which);

/// What a server listens on.
struct endpoint {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080; ///< 0: any free port

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// `127.0.0.1:8080` or `[::1]:8080`.
std::optional<endpoint> endpoint_from_text(std::string_view text);

} // namespace cloudpods::config
