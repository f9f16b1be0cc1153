#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "config/section.hpp"

namespace cloudpods::config {

/// The content of a file, or why it cannot be read; at most 1 MiB. The sentence holds no content.
std::expected<std::string, std::string> content_of(const std::filesystem::path& file);

/// Why libssh2 1.10 cannot use this private key (none at all, RSA, encrypted); "" where it can.
/// Speaks of nothing that stands in the key.
std::string_view private_key_problem(std::string_view key);

/// The path that a `*_file` key names: relative ones start from the configuration's folder. Empty,
/// with a fault, where the value is no path.
std::filesystem::path file_path(const found_value& found);

/// The content of the file that the key names; "" with a fault where it cannot be read or is empty.
std::string file_content(const found_value& found);

} // namespace cloudpods::config
