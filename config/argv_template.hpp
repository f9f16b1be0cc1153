#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::config {

/// The names between braces in one argument: `--name={hostname}` → `hostname`. A brace without its
/// partner counts as a name that nobody knows.
std::vector<std::string> placeholders(std::string_view argument);

/// What is wrong with an argv template whose placeholders are `known` (`ip:*` stands for `ip:` and
/// any role), one sentence each. `vital`: a placeholder that must be there, "" for none.
std::vector<std::string> template_problems(const std::vector<std::string>& argv,
                                           const std::vector<std::string_view>& known,
                                           std::string_view vital);

} // namespace cloudpods::config
