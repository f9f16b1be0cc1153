#include "config/suggestion.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace cloudpods::config {

namespace {

/// Levenshtein distance, one row at a time.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const auto replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j + 1] + 1, row[j] + 1});
    }
  }
  return row.back();
}

} // namespace

std::string suggestion(std::string_view wrong, const std::vector<std::string_view>& known) {
  constexpr std::size_t longest = 100; // beyond it nobody made a slip of the pen
  if (wrong.size() > longest)
    return {};
  std::string_view best;
  auto nearest = std::max<std::size_t>(2, wrong.size() / 3) + 1;
  for (const auto word : known)
    if (const auto far = distance(wrong, word); far < nearest && far < word.size()) {
      nearest = far;
      best = word;
    }
  return best.empty() ? std::string{} : "; did you mean \"" + std::string{best} + "\"?";
}

std::string quoted_list(const std::vector<std::string_view>& words) {
  std::string list;
  for (const auto word : words)
    list += (list.empty() ? "\"" : ", \"") + std::string{word} + '"';
  return list;
}

} // namespace cloudpods::config
