#include "config/network.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>

namespace cloudpods::config {

namespace {

constexpr int mapped_prefix = 96; // ::ffff:0:0/96 holds IPv4

template <class Number>
std::optional<Number> decimal(std::string_view text) {
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

/// `address` with every bit behind the prefix set to 0.
address_bytes masked(address_bytes address, int prefix_length) {
  for (int bit = prefix_length; bit < 128; ++bit)
    address[static_cast<std::size_t>(bit / 8)] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  return address;
}

} // namespace

std::optional<address_bytes> address_from_text(std::string_view text) {
  const std::string terminated{text};
  if (terminated.size() != std::strlen(terminated.c_str()))
    return std::nullopt;
  address_bytes bytes{};
  if (inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1)
    return bytes;
  bytes = {};
  bytes[10] = bytes[11] = 0xff;
  if (inet_pton(AF_INET, terminated.c_str(), bytes.data() + 12) == 1)
    return bytes;
  return std::nullopt;
}

bool is_address(std::string_view text) { return address_from_text(text).has_value(); }

bool network::contains(const address_bytes& address) const {
  return masked(address, prefix_length) == base;
}

bool network::contains(std::string_view address) const {
  const auto bytes = address_from_text(address);
  return bytes && contains(*bytes);
}

std::expected<network, std::string> network_from_text(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = address_from_text(text.substr(0, slash));
  const auto length =
      slash == std::string_view::npos ? std::nullopt : decimal<int>(text.substr(slash + 1));
  const bool is_v6 = text.contains(':');
  if (!address || !length || *length < 0 || *length > (is_v6 ? 128 : 32))
    return std::unexpected("must be a network like \"10.1.10.0/24\" or \"::1/128\"");
  network made{*address, is_v6 ? *length : *length + mapped_prefix};
  if (!made.contains(*address))
    return std::unexpected("has bits set behind its prefix length");
  return made;
}

std::string text(const network& which) {
  const bool is_v4 = which.prefix_length >= mapped_prefix && which.base[0] == 0 &&
                     which.base[10] == 0xff && which.base[11] == 0xff;
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(is_v4 ? AF_INET : AF_INET6, which.base.data() + (is_v4 ? 12 : 0), buffer.data(),
            buffer.size());
  return std::string{buffer.data()} + "/" +
         std::to_string(is_v4 ? which.prefix_length - mapped_prefix : which.prefix_length);
}

std::optional<endpoint> endpoint_from_text(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  auto address = text.substr(0, colon);
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed)
    address = address.substr(1, address.size() - 2);
  const auto port = decimal<std::uint16_t>(text.substr(colon + 1));
  if (!port || !is_address(address) || bracketed != address.contains(':'))
    return std::nullopt;
  return endpoint{std::string{address}, *port};
}

} // namespace cloudpods::config
