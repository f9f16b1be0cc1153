#include "client/arguments.hpp"

#include <charconv>

namespace cloudpods::client {

bool arguments::has(std::string_view name) const { return values.contains(name); }

std::string arguments::text(std::string_view name) const {
  const auto& all = texts(name);
  return all.empty() ? std::string{} : all.front();
}

const std::vector<std::string>& arguments::texts(std::string_view name) const {
  static const std::vector<std::string> none;
  const auto found = values.find(name);
  return found == values.end() ? none : found->second;
}

std::optional<std::int64_t> arguments::whole(std::string_view name) const {
  const auto value = text(name);
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return !value.empty() && error == std::errc{} ? std::optional{number} : std::nullopt;
}

} // namespace cloudpods::client
