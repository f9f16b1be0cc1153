#include "config/report.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace cloudpods::config {

void report::found(const std::string& key, const place& where) { places_[key] = where; }

bool report::sets(std::string_view key) const { return places_.contains(key); }

void report::add(std::string key, std::string value, std::string sentence) {
  auto where = of(key);
  faults_.push_back({std::move(where), std::move(key), std::move(value), std::move(sentence)});
}

std::string report::where(std::string_view key) const {
  const auto found = of(key);
  if (!found.variable.empty())
    return found.variable;
  return found.line > 0 ? "line " + std::to_string(found.line) : "its default";
}

std::vector<fault> report::take() {
  std::ranges::stable_sort(faults_, {}, [](const fault& each) {
    return std::tuple{!each.where.variable.empty(), each.where.line};
  });
  return std::exchange(faults_, {});
}

place report::of(std::string_view key) const {
  while (true) {
    if (const auto found = places_.find(key); found != places_.end())
      return found->second;
    const auto cut = key.find_last_of(".[");
    if (cut == std::string_view::npos)
      return {};
    key = key.substr(0, cut);
  }
}

} // namespace cloudpods::config
