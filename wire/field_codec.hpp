#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "domain/fields.hpp"
#include "wire/json_writer.hpp"

// JSON of whatever lists its fields (domain/fields.hpp): one encoding and one decoding for all
// stored payloads. Decoding invents nothing: a missing or mistyped field is a fault.

namespace cloudpods::wire {

/// Where in a stored payload something does not fit.
struct decode_fault {
  std::string field;
};

template <domain::has_fields T>
void encode(json_writer& out, const T& value);

template <class T>
void encode_value(json_writer& out, const T& value) {
  if constexpr (domain::has_fields<T>)
    encode(out, value);
  else
    out.value(value);
}

template <class T>
void encode_value(json_writer& out, const std::optional<T>& maybe) {
  if (maybe)
    encode_value(out, *maybe);
  else
    out.value(nullptr);
}

template <class T>
void encode_value(json_writer& out, const std::vector<T>& list) {
  out.begin_array();
  for (const auto& each : list)
    encode_value(out, each);
  out.end_array();
}

template <class T>
void encode_value(json_writer& out, const std::map<std::string, T>& entries) {
  out.begin_object();
  for (const auto& [name, each] : entries) {
    out.key(name);
    encode_value(out, each);
  }
  out.end_object();
}

template <domain::has_fields T>
void encode(json_writer& out, const T& value) {
  out.begin_object();
  domain::for_each_field(value, [&](std::string_view name, const auto& member) {
    out.key(name);
    encode_value(out, member);
  });
  out.end_object();
}

/// RFC 3339 in UTC, with up to millisecond precision; nothing where it is none.
std::optional<domain::instant> time_from_text(std::string_view text);

bool decode_value(simdjson::dom::element from, std::string& to);
bool decode_value(simdjson::dom::element from, bool& to);
bool decode_value(simdjson::dom::element from, int& to);
bool decode_value(simdjson::dom::element from, std::int64_t& to);
bool decode_value(simdjson::dom::element from, domain::instant& to);
bool decode_value(simdjson::dom::element from, domain::json_text& to);

template <class Tag>
bool decode_value(simdjson::dom::element from, domain::text_id<Tag>& to) {
  return decode_value(from, to.value);
}

template <domain::has_words Enum>
bool decode_value(simdjson::dom::element from, Enum& to) {
  std::string_view word;
  if (from.get(word) != simdjson::SUCCESS)
    return false;
  const auto value = domain::from_text<Enum>(word);
  to = value.value_or(to);
  return value.has_value();
}

template <domain::has_fields T>
bool decode_value(simdjson::dom::element from, T& to);

template <class T>
bool decode_value(simdjson::dom::element from, std::optional<T>& to) {
  to.reset();
  return from.is_null() || decode_value(from, to.emplace());
}

template <class T>
bool decode_value(simdjson::dom::element from, std::vector<T>& to) {
  simdjson::dom::array list;
  if (from.get(list) != simdjson::SUCCESS)
    return false;
  to.clear();
  for (const auto each : list)
    if (!decode_value(each, to.emplace_back()))
      return false;
  return true;
}

template <class T>
bool decode_value(simdjson::dom::element from, std::map<std::string, T>& to) {
  simdjson::dom::object entries;
  if (from.get(entries) != simdjson::SUCCESS)
    return false;
  to.clear();
  for (const auto [name, each] : entries)
    if (!decode_value(each, to[std::string{name}]))
      return false;
  return true;
}

/// True where every field is there and fits. `failed_at` gets the first that does not.
template <domain::has_fields T>
bool decode(simdjson::dom::element from, T& to, decode_fault& failed_at) {
  bool good = from.is_object();
  domain::for_each_field(to, [&](std::string_view name, auto& member) {
    if (!good)
      return;
    simdjson::dom::element found;
    good = from.at_key(name).get(found) == simdjson::SUCCESS && decode_value(found, member);
    if (!good && failed_at.field.empty())
      failed_at.field = name;
  });
  return good;
}

template <domain::has_fields T>
bool decode_value(simdjson::dom::element from, T& to) {
  decode_fault ignored;
  return from.is_object() && decode(from, to, ignored);
}

} // namespace cloudpods::wire
