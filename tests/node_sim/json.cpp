#include "node_sim/json.hpp"

#include <cstdio>

namespace cloudpods::node_sim {

std::string json_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += {'\\', c};
    } else if (c == '\n') {
      result += "\\n";
    } else if (static_cast<unsigned char>(c) < 32) {
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
      result += code;
    } else {
      result += c;
    }
  }
  return result += '"';
}

std::string json_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> values;
  for (const auto& text : texts)
    values.push_back(json_text(text));
  return json_array(values);
}

std::string json_array(const std::vector<std::string>& values) {
  std::string result = "[";
  for (const auto& value : values) {
    if (result.size() > 1)
      result += ',';
    result += value;
  }
  return result += ']';
}

json_object& json_object::text(std::string_view key, std::string_view value) {
  return raw(key, json_text(value));
}

json_object& json_object::raw(std::string_view key, std::string value) {
  members_[std::string{key}] = std::move(value);
  return *this;
}

std::string json_object::print() const {
  std::string result = "{";
  for (const auto& [key, value] : members_) {
    if (result.size() > 1)
      result += ',';
    result += json_text(key) + ':' + value;
  }
  return result += '}';
}

std::string pretty_json(std::string_view compact) {
  std::string result;
  std::size_t depth = 0;
  bool quoted = false;
  const auto line = [&] { result += '\n' + std::string(3 * depth, ' '); };
  for (std::size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (quoted) {
      result += c;
      if (c == '\\')
        result += compact[++i];
      quoted = c != '"';
    } else if (c == '{' || c == '[') {
      result += c;
      ++depth;
      line();
    } else if (c == '}' || c == ']') {
      --depth;
      line();
      result += c;
    } else if (c == ',') {
      result += c;
      line();
    } else {
      quoted = c == '"';
      result += c == ':' ? std::string{" : "} : std::string{c};
    }
  }
  return result += '\n';
}

} // namespace cloudpods::node_sim
