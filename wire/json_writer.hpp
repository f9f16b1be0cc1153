#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "domain/instant.hpp"
#include "domain/json_text.hpp"
#include "domain/words.hpp"

namespace cloudpods::wire {

/// `2026-01-31T12:00:00.000Z` (RFC 3339, UTC, milliseconds). Past the years 0 to 9999, which is
/// all that the form can say, the nearest time that it can.
std::string time_text(domain::instant at);

/// Writes one JSON document, left to right; commas are its own business. Text must be UTF-8; bytes
/// that are none are written as U+FFFD, so that the document always is valid.
class json_writer {
public:
  explicit json_writer(std::size_t expected_size = 512) { text_.reserve(expected_size); }

  json_writer& begin_object();
  json_writer& end_object();
  json_writer& begin_array();
  json_writer& end_array();
  json_writer& key(std::string_view name);

  json_writer& value(std::string_view text);
  json_writer& value(const char* text) { return value(std::string_view{text}); }
  json_writer& value(const std::string& text) { return value(std::string_view{text}); }
  json_writer& value(bool yes) { return literal(yes ? "true" : "false"); }
  json_writer& value(std::nullptr_t) { return literal("null"); }
  json_writer& value(const domain::json_text& document) { return literal(document.value); }
  json_writer& value(domain::instant at) { return value(time_text(at)); }
  template <std::integral Number>
  requires(!std::same_as<Number, bool>) json_writer& value(Number number) {
    return literal(std::to_string(number));
  }
  template <class Tag>
  json_writer& value(const domain::text_id<Tag>& id) {
    return value(std::string_view{id.value});
  }
  template <domain::has_words Enum>
  json_writer& value(Enum word) {
    return value(domain::text(word));
  }
  template <class T>
  json_writer& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : value(nullptr);
  }

  /// `"name":value`
  template <class T>
  json_writer& field(std::string_view name, const T& what) {
    key(name);
    return value(what);
  }

  /// Hundredths as a decimal number: 149 is `1.49`.
  json_writer& hundredths(std::int64_t amount);
  /// A document that is valid JSON already.
  json_writer& literal(std::string_view document);

  [[nodiscard]] std::string take() { return std::move(text_); }
  [[nodiscard]] const std::string& text() const { return text_; }

private:
  void separate();

  std::string text_;
  bool comma_ = false;
};

} // namespace cloudpods::wire
