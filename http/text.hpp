#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace cloudpods::http {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// ASCII only: header names, tokens and role names know nothing else.
constexpr char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

constexpr bool equals_folded(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, folded, folded);
}

inline std::string folded(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), [](char c) { return folded(c); });
  return result;
}

constexpr std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

/// 1 to `most` characters that can be seen: no blank, no control character, ASCII.
constexpr bool is_visible(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// Calls `each` with every piece of `text` between `separator`s, trimmed; empty pieces too.
template <class Function>
constexpr void for_each_piece(std::string_view text, char separator, Function each) {
  while (true) {
    const auto end = text.find(separator);
    each(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos)
      return;
    text.remove_prefix(end + 1);
  }
}

} // namespace cloudpods::http
