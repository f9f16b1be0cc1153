#include "persistence/result.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <chrono>

namespace cloudpods::persistence {

namespace {

/// The number that `text` begins with; what was read is taken off.
std::int64_t take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// The same, past one separator.
std::int64_t take_next(std::string_view& text) {
  if (!text.empty())
    text.remove_prefix(1);
  return take_number(text);
}

int digit(char letter) { return letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10; }

/// Microseconds of ".5", ".123" or nothing.
std::int64_t take_fraction(std::string_view& text) {
  if (!text.starts_with('.'))
    return 0;
  text.remove_prefix(1);
  std::int64_t fraction = 0;
  for (int place = 0; place < 6; ++place) {
    fraction *= 10;
    if (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      fraction += digit(text.front());
      text.remove_prefix(1);
    }
  }
  return fraction;
}

} // namespace

std::string bytes_from_hex(std::string_view hex) {
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1])));
  return bytes;
}

std::int64_t microseconds_from_text(std::string_view timestamp) {
  using namespace std::chrono;
  const auto years = take_number(timestamp);
  const auto months = take_next(timestamp);
  const auto days_of = take_next(timestamp);
  const auto hour = take_next(timestamp);
  const auto minute = take_next(timestamp);
  const auto second = take_next(timestamp);
  const auto date = sys_days{year{static_cast<int>(years)} / static_cast<unsigned>(months) /
                             static_cast<unsigned>(days_of)};
  const auto seconds_of =
      (date.time_since_epoch().count() * 24 + hour) * 3600 + minute * 60 + second;
  return seconds_of * 1'000'000 + take_fraction(timestamp);
}

std::int64_t result::affected() const {
  std::string_view count = PQcmdTuples(rows_.get());
  return take_number(count);
}

std::string_view result::text(int row, int column) const {
  assert(row < rows() && column < PQnfields(rows_.get()));
  return {PQgetvalue(rows_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(rows_.get(), row, column))};
}

std::optional<std::string> result::optional_text(int row, int column) const {
  if (is_null(row, column))
    return std::nullopt;
  return std::string{text(row, column)};
}

std::int64_t result::integer(int row, int column) const {
  auto digits = text(row, column);
  return take_number(digits);
}

std::string result::bytes(int row, int column) const {
  const auto hex = text(row, column);
  assert(hex.empty() || hex.starts_with("\\x"));
  return bytes_from_hex(hex.substr(hex.empty() ? 0 : 2));
}

std::int64_t result::microseconds(int row, int column) const {
  return microseconds_from_text(text(row, column));
}

domain::instant result::time(int row, int column) const {
  return domain::instant{std::chrono::milliseconds{microseconds(row, column) / 1000}};
}

} // namespace cloudpods::persistence
