#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cloudpods::config {

/// Every key that a configuration file sets, `http.threads` or `nodes[0].host`, with its value as
/// it stands there: to be compared with another, never to be shown (it may be secret).
using file_values = std::map<std::string, std::string>;

/// Empty where the file cannot be read or is no TOML: `load` says why.
file_values values_of(const std::filesystem::path& file);

/// The keys that differ and that a reload does not take up (contract 3), in their order.
std::vector<std::string> restart_keys(const file_values& running, const file_values& fresh);

} // namespace cloudpods::config
