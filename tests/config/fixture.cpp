#include "config/fixture.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <stdlib.h>

namespace cloudpods::config {

config_folder::config_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "config-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw std::runtime_error{"no temporary folder"};
  path = pattern;
  std::ifstream example{CLOUDPODS_FULL_CONFIG};
  text.assign(std::istreambuf_iterator<char>{example}, {});
  write("jwt.secret", good_secret);
  write("jwks.json", R"({"keys":[]})");
  write("id_ed25519", ed25519_key);
  write("known_hosts", "127.0.0.1 ssh-ed25519 AAAA\n");
}

config_folder::~config_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

void config_folder::write(std::string_view name, std::string_view content) const {
  std::ofstream{path / name, std::ios::binary} << content;
}

void config_folder::replace(std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  if (at == std::string::npos)
    throw std::logic_error{"not in the example: " + std::string{what}};
  text.replace(at, what.size(), with);
}

std::expected<settings, std::vector<fault>> config_folder::loaded() const {
  write("cloudpods.toml", text);
  return load(path / "cloudpods.toml", variables);
}

std::vector<fault> config_folder::faults() const {
  const auto result = loaded();
  return result ? std::vector<fault>{} : result.error();
}

int config_folder::line_of(std::string_view what) const {
  const auto at = text.find(what);
  if (at == std::string::npos)
    throw std::logic_error{"not in the file: " + std::string{what}};
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

} // namespace cloudpods::config
