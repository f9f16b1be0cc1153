#pragma once

#include <expected>
#include <filesystem>
#include <vector>

#include "config/environment.hpp"
#include "config/fault.hpp"
#include "config/settings.hpp"

namespace cloudpods::config {

/// Reads the configuration file, with the environment's overrides (`CLOUDPODS_<SECTION>_<KEY>`) and
/// the files it names (contract 3). Returns the settings, or every fault at once, in the order of
/// the file. Never throws; no fault holds a secret.
std::expected<settings, std::vector<fault>> load(const std::filesystem::path& file,
                                                 const environment& variables);

} // namespace cloudpods::config
