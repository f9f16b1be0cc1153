#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"

namespace cloudpods::domain {

/// What a hostname pattern of a stack may name (contract 15).
struct stack_name_values {
  std::string tenant_slug;
  std::string role;
  std::int64_t index = 1; ///< from 1, within the role
  deployment_id deployment;
};

/// Whether patterns know a placeholder of this name.
bool is_stack_placeholder(std::string_view name);

/// The name of one pod of a stack: in lower case, without hyphens at its ends. What is no DNS label
/// all the same is for the caller to refuse.
std::string stack_hostname(std::string_view pattern, const stack_name_values& values);

/// What patterns call a tenant: its slug, else its id in lower case with `-` for all that is
/// neither letter nor digit, cut to 40.
std::string slug_of(const tenant_id& tenant, const std::optional<std::string>& slug);

} // namespace cloudpods::domain
