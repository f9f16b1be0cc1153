#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/failure.hpp"

namespace cloudpods::client {

/// The content of a file that the user named; wrong usage where it cannot be read.
expected<std::string> content_of(const std::string& file);

/// The public keys in a file like `authorized_keys`: one a line, comments and blank lines left out.
/// Refuses a private key, which must not leave this machine, and a file without any key.
expected<std::vector<std::string>> key_lines(std::string_view content, const std::string& file);

} // namespace cloudpods::client
