#include "config/rules.hpp"

#include <algorithm>
#include <cstddef>

#include "config/network.hpp"

namespace cloudpods::config {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool made_of(std::string_view text, std::size_t longest, auto... allowed) {
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [&](char c) {
    return (std::string_view{allowed}.contains(c) || ...);
  });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

} // namespace

std::string_view anything(std::string_view /*text*/) { return {}; }

std::string_view not_empty(std::string_view text) {
  return text.empty() ? "must not be empty" : std::string_view{};
}

std::string_view plain_word(std::string_view text) {
  return made_of(text, 64, letters, digits, "._-")
             ? std::string_view{}
             : "must be 1 to 64 letters, digits, '.', '_' or '-'";
}

std::string_view plain_word_or_empty(std::string_view text) {
  return text.empty() ? std::string_view{} : plain_word(text);
}

std::string_view host_name(std::string_view text) {
  return made_of(text, 253, letters, digits, ".-:_") && text.front() != '-'
             ? std::string_view{}
             : "must be a host name or an address, without port and user";
}

std::string_view node_label(std::string_view text) {
  return made_of(text, 63, letters, digits, "-") && text.front() != '-' && text.back() != '-'
             ? std::string_view{}
             : "must be the node's name in Proxmox: letters, digits and '-'";
}

std::string_view absolute_path_or_empty(std::string_view text) {
  return text.empty() || (text.starts_with('/') && !has_control(text))
             ? std::string_view{}
             : "must be an absolute path, or \"\"";
}

std::string_view folder_on_node(std::string_view text) {
  const bool climbs =
      text == ".." || text.starts_with("../") || text.ends_with("/..") || text.contains("/../");
  const bool is_root = text.find_first_not_of("./") == std::string_view::npos;
  return climbs || is_root || has_control(text) ? "must name a folder of its own, without \"..\""
                                                : std::string_view{};
}

std::string_view user_name(std::string_view text) {
  return made_of(text, 32, lower, digits, "_-") &&
                 !std::string_view{"0123456789-"}.contains(text[0])
             ? std::string_view{}
             : "must be a user's name: lower case letters, digits, '_' and '-'";
}

std::string_view bridge_name(std::string_view text) {
  return made_of(text, 15, letters, digits, "._-")
             ? std::string_view{}
             : "must be the name of a bridge: 1 to 15 letters, digits, '.', '_' or '-'";
}

std::string_view disk_name(std::string_view text) {
  for (const std::string_view bus : {"scsi", "virtio", "sata", "ide"})
    if (text.starts_with(bus) && made_of(text.substr(bus.size()), 2, digits))
      return {};
  return "must be a disk of the template, like \"scsi0\"";
}

std::string_view address_or_empty(std::string_view text) {
  return text.empty() || is_address(text) ? std::string_view{} : "must be an IP address, or \"\"";
}

std::string_view browser_origin(std::string_view text) {
  const auto scheme = text.starts_with("https://") ? 8U : text.starts_with("http://") ? 7U : 0U;
  return scheme > 0 && made_of(text.substr(scheme), 260, lower, digits, ".-:[]")
             ? std::string_view{}
             : "must be an origin as browsers send it, like \"https://panel.example\"";
}

} // namespace cloudpods::config
