#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cloudpods::support {

/// What a file holds; "" without one.
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view text);

/// Waits until the predicate is true; asks it anew after each change in one of the folders.
/// False if `limit` passes first.
bool wait_for_change(const std::vector<std::filesystem::path>& folders,
                     const std::function<bool()>& predicate, std::chrono::milliseconds limit);

} // namespace cloudpods::support
