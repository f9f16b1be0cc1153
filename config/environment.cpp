#include "config/environment.hpp"

#include <string_view>

#include <unistd.h>

namespace cloudpods::config {

environment process_environment() {
  environment variables;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view line = *each;
    const auto equals = line.find('=');
    if (equals != std::string_view::npos)
      variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return variables;
}

} // namespace cloudpods::config
