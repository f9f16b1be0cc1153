#include "client/text.hpp"

#include <algorithm>

namespace cloudpods::client {

namespace {

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

} // namespace

std::string printable(std::string_view text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // C1 controls: U+0080 to U+009F, which some terminals obey as they do ESC.
    const bool is_c1 =
        c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (c == '\n' || c == '\t' || c == '\r')
      safe += ' ';
    else if (is_c1)
      ++i;
    else if (c >= ' ' && c != 0x7f)
      safe += text[i];
  }
  return safe;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_character));
}

std::string cut(std::string_view text, std::size_t width) {
  if (columns(text) <= width)
    return std::string{text};
  if (width == 0)
    return {};
  std::size_t end = 0;
  for (std::size_t kept = 0; end < text.size(); ++end)
    if (starts_character(text[end]) && ++kept == width)
      break;
  return std::string{text.substr(0, end)} + "…";
}

std::string url_encoded(std::string_view text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (plain.contains(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += {'%', digits[byte >> 4U], digits[byte & 0xfU]};
  }
  return encoded;
}

std::string memory_text(long long megabytes) {
  if (megabytes < 1024)
    return std::to_string(megabytes) + " MiB";
  if (megabytes % 1024 == 0)
    return std::to_string(megabytes / 1024) + " GiB";
  const auto tenths = (megabytes * 10 + 512) / 1024;
  return std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " GiB";
}

} // namespace cloudpods::client
