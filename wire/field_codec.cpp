#include "wire/field_codec.hpp"

#include <charconv>
#include <limits>

namespace cloudpods::wire {

namespace {

/// Takes `digits` decimal digits off the front of `text`.
bool take_number(std::string_view& text, std::size_t digits, int& number) {
  // from_chars takes a sign too.
  if (text.size() < digits || text.front() == '-')
    return false;
  const auto* end = text.data() + digits;
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  text.remove_prefix(digits);
  return error == std::errc{} && stop == end;
}

bool take_char(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted)
    return false;
  text.remove_prefix(1);
  return true;
}

/// `.5` and `.500` are 500 ms; finer digits are dropped.
bool take_fraction(std::string_view& text, int& milliseconds) {
  milliseconds = 0;
  if (!take_char(text, '.'))
    return true;
  int scale = 100;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    milliseconds += (text[digits] - '0') * scale;
    scale /= 10;
  }
  text.remove_prefix(digits);
  return digits > 0;
}

} // namespace

std::optional<domain::instant> time_from_text(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int milliseconds = 0;
  if (!take_number(text, 4, year) || !take_char(text, '-') || !take_number(text, 2, month) ||
      !take_char(text, '-') || !take_number(text, 2, day) || !take_char(text, 'T') ||
      !take_number(text, 2, hour) || !take_char(text, ':') || !take_number(text, 2, minute) ||
      !take_char(text, ':') || !take_number(text, 2, second) ||
      !take_fraction(text, milliseconds) || text != "Z")
    return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + std::chrono::milliseconds{milliseconds};
}

bool decode_value(simdjson::dom::element from, std::string& to) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS)
    return false;
  to = text;
  return true;
}

bool decode_value(simdjson::dom::element from, bool& to) {
  return from.get(to) == simdjson::SUCCESS;
}

bool decode_value(simdjson::dom::element from, std::int64_t& to) {
  return from.get(to) == simdjson::SUCCESS;
}

bool decode_value(simdjson::dom::element from, int& to) {
  std::int64_t wide = 0;
  if (from.get(wide) != simdjson::SUCCESS || wide < std::numeric_limits<int>::min() ||
      wide > std::numeric_limits<int>::max())
    return false;
  to = static_cast<int>(wide);
  return true;
}

bool decode_value(simdjson::dom::element from, domain::instant& to) {
  std::string_view text;
  if (from.get(text) != simdjson::SUCCESS)
    return false;
  const auto at = time_from_text(text);
  to = at.value_or(to);
  return at.has_value();
}

bool decode_value(simdjson::dom::element from, domain::json_text& to) {
  to.value = simdjson::minify(from);
  return true;
}

} // namespace cloudpods::wire
