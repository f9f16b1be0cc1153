#include "domain/pattern.hpp"

namespace cloudpods::domain {

std::vector<std::string> placeholders_of(std::string_view pattern) {
  std::vector<std::string> names;
  for (;;) {
    const auto open = pattern.find_first_of("{}");
    if (open == std::string_view::npos)
      return names;
    pattern.remove_prefix(open);
    const auto close = pattern.find_first_of("{}", 1);
    if (pattern.front() == '}' || close == std::string_view::npos || pattern[close] == '{') {
      names.emplace_back(pattern.substr(0, 1));
      pattern.remove_prefix(1);
      continue;
    }
    names.emplace_back(pattern.substr(1, close - 1));
    pattern.remove_prefix(close + 1);
  }
}

} // namespace cloudpods::domain
