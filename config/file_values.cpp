#include "config/file_values.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "config/document.hpp"
#include "config/key_file.hpp"

namespace cloudpods::config {

namespace {

/// What a reload takes up, with everything below it.
constexpr std::array taken_up{
    std::string_view{"plans"},
    std::string_view{"tenant_plans"},
    std::string_view{"blueprints"},
    std::string_view{"quota"},
    std::string_view{"rate_limit"},
    std::string_view{"backup_policies"},
    std::string_view{"auth.jwks_file"},
    std::string_view{"log.level"},
    std::string_view{"defaults.blueprint"},
};

bool is_taken_up(std::string_view key) {
  return std::ranges::any_of(taken_up, [&](std::string_view each) {
    return key == each ||
           (key.starts_with(each) && (key[each.size()] == '[' || key[each.size()] == '.'));
  });
}

struct gatherer {
  file_values& all;

  void read(const node& value, const std::string& path) const {
    if (const auto* table = value.as_table())
      for (const auto& each : *table)
        read(each.value, path.empty() ? each.name : path + '.' + each.name);
    else if (const auto* list = value.as_list())
      for (std::size_t i = 0; i < list->size(); ++i)
        read((*list)[i], path + '[' + std::to_string(i) + ']');
    else
      all[path] = text_of(value);
  }

  static std::string text_of(const node& value) {
    if (const auto* text = std::get_if<std::string>(&value.held))
      return '"' + *text;
    if (const auto* whole = std::get_if<std::int64_t>(&value.held))
      return std::to_string(*whole);
    if (const auto* number = std::get_if<double>(&value.held))
      return std::to_string(*number);
    if (const auto* flag = std::get_if<bool>(&value.held))
      return *flag ? "true" : "false";
    return {};
  }
};

} // namespace

file_values values_of(const std::filesystem::path& file) {
  file_values all;
  const auto content = content_of(file);
  if (!content)
    return all;
  if (const auto document = parse_toml(*content))
    gatherer{all}.read(*document, {});
  return all;
}

std::vector<std::string> restart_keys(const file_values& running, const file_values& fresh) {
  std::vector<std::string> found;
  const auto note_missing = [&](const file_values& from, const file_values& in) {
    for (const auto& [key, value] : from) {
      const auto other = in.find(key);
      if (!is_taken_up(key) && (other == in.end() || other->second != value))
        found.push_back(key);
    }
  };
  note_missing(running, fresh);
  note_missing(fresh, running);
  std::ranges::sort(found);
  const auto again = std::ranges::unique(found);
  found.erase(again.begin(), again.end());
  return found;
}

} // namespace cloudpods::config
