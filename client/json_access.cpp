#include "client/json_access.hpp"

#include <boost/json/serialize.hpp>

namespace cloudpods::client {

const json::value& member(const json::value& value, std::string_view name) {
  static const json::value nothing;
  const auto* object = value.if_object();
  const auto* found = object == nullptr ? nullptr : object->if_contains(name);
  return found == nullptr ? nothing : *found;
}

std::string text_of(const json::value& value) {
  if (const auto* text = value.if_string())
    return {text->data(), text->size()};
  return value.is_number() || value.is_bool() ? json::serialize(value) : std::string{};
}

std::string text_at(const json::value& value, std::string_view name) {
  return text_of(member(value, name));
}

std::optional<std::int64_t> whole_at(const json::value& value, std::string_view name) {
  const auto& found = member(value, name);
  if (const auto* number = found.if_int64())
    return *number;
  return std::nullopt;
}

bool flag_at(const json::value& value, std::string_view name) {
  const auto* truth = member(value, name).if_bool();
  return truth != nullptr && *truth;
}

const json::array& list_at(const json::value& value, std::string_view name) {
  static const json::array none;
  const auto* list = member(value, name).if_array();
  return list == nullptr ? none : *list;
}

} // namespace cloudpods::client
