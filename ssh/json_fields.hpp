#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <simdjson.h>

/// Reading what Proxmox prints as JSON: numbers may be strings, fields may be missing.
namespace cloudpods::ssh {

inline std::optional<std::string> text_field(simdjson::dom::element object, std::string_view name) {
  std::string_view text;
  if (object[name].get(text) != simdjson::SUCCESS)
    return std::nullopt;
  return std::string{text};
}

inline std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || (stop != end && *stop != '.'))
    return std::nullopt;
  return number;
}

inline std::optional<std::int64_t> number_field(simdjson::dom::element object,
                                                std::string_view name) {
  simdjson::dom::element value;
  if (object[name].get(value) != simdjson::SUCCESS)
    return std::nullopt;
  std::int64_t whole = 0;
  if (value.get(whole) == simdjson::SUCCESS)
    return whole;
  double real = 0;
  if (value.get(real) == simdjson::SUCCESS && std::abs(real) < 9e18)
    return static_cast<std::int64_t>(real);
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS)
    return whole_number(text);
  return std::nullopt;
}

inline std::optional<double> real_number(std::string_view text) {
  double number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || stop != end || !std::isfinite(number))
    return std::nullopt;
  return number;
}

inline std::optional<double> real_field(simdjson::dom::element object, std::string_view name) {
  simdjson::dom::element value;
  if (object[name].get(value) != simdjson::SUCCESS)
    return std::nullopt;
  double real = 0;
  if (value.get(real) == simdjson::SUCCESS)
    return real;
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS)
    return real_number(text);
  return std::nullopt;
}

} // namespace cloudpods::ssh
