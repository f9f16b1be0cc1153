#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cloudpods::http {

/// RFC 4648, 5, without padding, as tokens are written.
std::string base64url(std::string_view bytes);

/// Nothing where `text` is not exactly what `base64url` would have made.
std::optional<std::string> from_base64url(std::string_view text);

} // namespace cloudpods::http
