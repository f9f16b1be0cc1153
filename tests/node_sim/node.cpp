#include "node_sim/node.hpp"

#include "node_sim/system.hpp"

namespace cloudpods::node_sim {

namespace {

std::string root_folder;

const key_values& settings() {
  static const auto values = parse_key_values(read_text(inside("settings")).value_or(""));
  return values;
}

} // namespace

void use_root(std::string folder) { root_folder = std::move(folder); }

const std::string& root() { return root_folder; }

std::string inside(std::string_view path) { return cat(root_folder, "/", path); }

std::string setting(const std::string& name, std::string_view usual) {
  const auto found = settings().find(name);
  return found == settings().end() ? std::string{usual} : found->second;
}

std::int64_t setting(const std::string& name, std::int64_t usual) {
  return to_number(setting(name, "")).value_or(usual);
}

std::string node_name() { return setting("node", "pve1"); }

std::int64_t scaled_ms(std::int64_t real_ms) {
  return real_ms * setting("wait_percent", 100) / 100;
}

} // namespace cloudpods::node_sim
