#pragma once

#include <filesystem>
#include <string_view>

namespace cloudpods::support {

/// A new folder that is removed with everything in it at the end.
class temporary_folder {
public:
  explicit temporary_folder(std::string_view name = "test");
  temporary_folder(temporary_folder&& other) noexcept;
  temporary_folder& operator=(temporary_folder&&) = delete;
  ~temporary_folder();

  const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
};

} // namespace cloudpods::support
