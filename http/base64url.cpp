#include "http/base64url.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace cloudpods::http {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::int8_t none = -1;

constexpr auto values = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(none);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}();

} // namespace

std::string base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6)
      text.push_back(alphabet[bits >> (count - 6) & 63U]);
  }
  if (count > 0)
    text.push_back(alphabet[bits << (6 - count) & 63U]);
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char letter : text) {
    const auto value = values[static_cast<unsigned char>(letter)];
    if (value == none)
      return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if ((count += 6) >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 255U));
    }
  }
  const bool is_canonical = text.size() % 4 != 1 && (bits & ((1U << count) - 1)) == 0;
  return is_canonical ? std::optional{std::move(bytes)} : std::nullopt;
}

} // namespace cloudpods::http
