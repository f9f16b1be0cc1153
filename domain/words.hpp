#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace cloudpods::domain {

/// The outside spelling of each value of an enumeration, in order of the values. Specialised beside
/// each enumeration, so that log, SQL and REST cannot disagree.
template <class Enum>
struct words;

template <class Enum>
concept has_words = requires {
  words<Enum>::values;
};

/// The outside spelling of `value`.
template <has_words Enum>
constexpr std::string_view text(Enum value) {
  return words<Enum>::values[static_cast<std::size_t>(value)];
}

/// The value spelled `word`, or nothing.
template <has_words Enum>
constexpr std::optional<Enum> from_text(std::string_view word) {
  for (std::size_t i = 0; i < words<Enum>::values.size(); ++i)
    if (words<Enum>::values[i] == word)
      return static_cast<Enum>(i);
  return std::nullopt;
}

template <class... Words>
constexpr auto word_list(Words... list) {
  return std::array<std::string_view, sizeof...(Words)>{list...};
}

} // namespace cloudpods::domain
