#pragma once

#include <string>
#include <utility>

namespace cloudpods::domain {

/// A JSON document that is carried, never looked into: valid UTF-8 JSON, `null` where there is
/// none.
struct json_text {
  std::string value = "null";

  json_text() = default;
  explicit json_text(std::string text) : value(std::move(text)) {}
  friend bool operator==(const json_text&, const json_text&) = default;
};

} // namespace cloudpods::domain
