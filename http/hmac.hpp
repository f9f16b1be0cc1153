#pragma once

#include <string>
#include <string_view>

namespace cloudpods::http {

std::string hmac_sha256(std::string_view key, std::string_view text);

/// Takes as long for a near miss as for a far one.
bool are_equal_secrets(std::string_view left, std::string_view right);

} // namespace cloudpods::http
