#include "wire/pairs_reader.hpp"

#include <algorithm>

namespace cloudpods::wire {

namespace {

constexpr std::size_t most_pairs = 16;

/// Of text that is UTF-8: all bytes but those that continue a sequence.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

} // namespace

std::map<std::string, std::string> read_pairs(object_reader& body, std::string_view name) {
  std::map<std::string, std::string> pairs;
  const auto object = body.object(name);
  if (!object)
    return pairs;
  if (object->size() > most_pairs)
    body.fault(name, "out_of_range", "must hold at most 16 pairs");
  for (const auto field : *object) {
    const auto fault = [&](std::string_view code, std::string message) {
      body.fault_inside(name, field.key, code, std::move(message));
    };
    std::string_view value;
    if (field.value.get(value) != simdjson::SUCCESS)
      fault("invalid_type", "must be a string");
    else if (field.key.empty() || characters(field.key) > 64 || characters(value) > 256)
      fault("out_of_range", "must have a key of 1 to 64 and a value of at most 256 characters");
    else if (has_nul(field.key) || has_nul(value))
      fault("invalid_format", "must not hold a NUL");
    else if (!pairs.emplace(field.key, value).second)
      fault("duplicate_key", "stands more than once");
  }
  return pairs;
}

} // namespace cloudpods::wire
