#pragma once

#include <string>
#include <string_view>

namespace cloudpods::node_sim {

/// Prints what a node prints around the data: "locale" (standard error), "banner", "progress",
/// "garbage" (standard output; `text` in place of the usual one), "crlf" (line ends from now on).
void make_noise(std::string_view kind, const std::string& text);

} // namespace cloudpods::node_sim
