#include "support/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <utility>

namespace cloudpods::support {

temporary_folder::temporary_folder(std::string_view name) {
  auto pattern = std::filesystem::temp_directory_path() / "cloudpods-";
  auto text = pattern.string() + std::string{name} + "-XXXXXX";
  if (!::mkdtemp(text.data()))
    throw std::system_error{errno, std::generic_category(), text};
  path_ = text;
}

temporary_folder::temporary_folder(temporary_folder&& other) noexcept
    : path_{std::exchange(other.path_, {})} {}

temporary_folder::~temporary_folder() {
  if (path_.empty())
    return;
  // A process that is just ending may still put a file there.
  std::error_code error;
  for (int attempt = 0; attempt < 3; ++attempt)
    if (std::filesystem::remove_all(path_, error) != static_cast<std::uintmax_t>(-1))
      return;
}

} // namespace cloudpods::support
