#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cloudpods::client {

/// `text` without control characters: what a node said must not steer the terminal. Line ends
/// become blanks.
std::string printable(std::string_view text);

/// How many columns UTF-8 text takes, counted as one for each character.
std::size_t columns(std::string_view text);

/// At most `width` columns of it, the last one `…` where something was cut.
std::string cut(std::string_view text, std::size_t width);

/// Percent-encoded, for a path segment or a query's value.
std::string url_encoded(std::string_view text);

/// `512 MiB`, `1.5 GiB`
std::string memory_text(long long megabytes);

} // namespace cloudpods::client
