#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/ids.hpp"
#include "domain/words.hpp"
#include "persistence/row_patch.hpp"
#include "wire/field_codec.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::persistence {

// Values of events as columns hold them.

inline sql_value word(domain::has_words auto value) { return std::string{domain::text(value)}; }

template <class Tag>
sql_value id_or_null(const domain::text_id<Tag>& id) {
  return id.empty() ? sql_value{} : sql_value{id.value};
}

inline sql_value text_or_null(const std::string& text) {
  return text.empty() ? sql_value{} : sql_value{text};
}

inline sql_value or_null(const std::optional<std::string>& text) {
  return text ? sql_value{*text} : sql_value{};
}

inline sql_value or_null(const std::optional<std::int64_t>& number) {
  return number ? sql_value{*number} : sql_value{};
}

std::string json_of(const auto& value) {
  wire::json_writer out;
  wire::encode_value(out, value);
  return out.take();
}

} // namespace cloudpods::persistence
