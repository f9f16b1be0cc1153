#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::domain {

/// The names in the braces of a pattern, in order; a brace without its partner stands for itself.
std::vector<std::string> placeholders_of(std::string_view pattern);

/// Replaces each `{name}` by what `value_of(name)` gives; what it does not know (null) stays.
template <class ValueOf>
std::string expand_pattern(std::string_view pattern, ValueOf value_of) {
  std::string text;
  while (!pattern.empty()) {
    const auto end = pattern.front() == '{' ? pattern.find('}') : std::string_view::npos;
    if (end != std::string_view::npos)
      if (const auto value = value_of(pattern.substr(1, end - 1))) {
        text += *value;
        pattern.remove_prefix(end + 1);
        continue;
      }
    text += pattern.front();
    pattern.remove_prefix(1);
  }
  return text;
}

} // namespace cloudpods::domain
