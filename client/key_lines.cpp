#include "client/key_lines.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <utility>

namespace cloudpods::client {

expected<std::string> content_of(const std::string& file) {
  errno = 0;
  std::ifstream stream{file, std::ios::binary};
  std::ostringstream content;
  if (stream && stream.peek() != std::ifstream::traits_type::eof())
    content << stream.rdbuf();
  if (!stream.is_open() || stream.bad())
    return wrong_usage(file + " cannot be read: " + std::strerror(errno));
  return std::move(content).str();
}

expected<std::vector<std::string>> key_lines(std::string_view content, const std::string& file) {
  if (content.contains("PRIVATE KEY"))
    return wrong_usage(file + " is a private key: name the public one, its file ends in .pub");
  std::vector<std::string> keys;
  while (!content.empty()) {
    const auto end = content.find('\n');
    auto line = content.substr(0, end);
    content = end == std::string_view::npos ? std::string_view{} : content.substr(end + 1);
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos || line[first] == '#')
      continue;
    line = line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
    keys.emplace_back(line);
  }
  if (keys.empty())
    return wrong_usage(file + " holds no key");
  return keys;
}

} // namespace cloudpods::client
