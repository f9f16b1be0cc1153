#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::config {

/// `; did you mean "threads"?` for the word of `known` that `wrong` is a slip of; "" where none is
/// near enough.
std::string suggestion(std::string_view wrong, const std::vector<std::string_view>& known);

/// `"strict", "accept-new"`
std::string quoted_list(const std::vector<std::string_view>& words);

} // namespace cloudpods::config
