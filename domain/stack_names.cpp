#include "domain/stack_names.hpp"

#include <algorithm>

#include "domain/pattern.hpp"

namespace cloudpods::domain {

namespace {

constexpr std::size_t most_slug = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

} // namespace

bool is_stack_placeholder(std::string_view name) {
  return name == "tenantSlug" || name == "role" || name == "index" || name == "deployment";
}

std::string stack_hostname(std::string_view pattern, const stack_name_values& values) {
  auto name =
      expand_pattern(pattern, [&](std::string_view placeholder) -> std::optional<std::string> {
        if (placeholder == "tenantSlug")
          return values.tenant_slug;
        if (placeholder == "role")
          return values.role;
        if (placeholder == "index")
          return std::to_string(values.index);
        if (placeholder == "deployment")
          return values.deployment.value;
        return std::nullopt;
      });
  std::ranges::transform(name, name.begin(), lower);
  const auto first = name.find_first_not_of('-');
  if (first == std::string::npos)
    return {};
  return name.substr(first, name.find_last_not_of('-') - first + 1);
}

std::string slug_of(const tenant_id& tenant, const std::optional<std::string>& slug) {
  if (slug)
    return *slug;
  auto made = tenant.value.substr(0, most_slug);
  std::ranges::transform(made, made.begin(),
                         [](char c) { return is_plain(lower(c)) ? lower(c) : '-'; });
  return made;
}

} // namespace cloudpods::domain
