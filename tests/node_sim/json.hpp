#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::node_sim {

std::string json_text(std::string_view text);
std::string json_texts(const std::vector<std::string>& texts);
/// Puts JSON values that are already text into an array.
std::string json_array(const std::vector<std::string>& values);

/// An object whose keys come out sorted, as Proxmox prints them.
class json_object {
public:
  json_object& text(std::string_view key, std::string_view value);
  /// A number, true, false, or JSON made elsewhere.
  json_object& raw(std::string_view key, std::string value);
  template <class Number>
  json_object& number(std::string_view key, Number value) {
    return raw(key, std::to_string(value));
  }

  bool has(const std::string& key) const { return members_.contains(key); }
  std::string print() const;

private:
  std::map<std::string, std::string> members_;
};

/// Spreads compact JSON over lines as Perl's JSON::to_json(pretty) does, ending in a newline.
std::string pretty_json(std::string_view compact);

} // namespace cloudpods::node_sim
