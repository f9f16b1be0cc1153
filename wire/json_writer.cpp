#include "wire/json_writer.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace cloudpods::wire {

namespace {

void append_digits(std::string& text, int number, int width) {
  std::array<char, 4> digits{};
  for (int i = width; i-- > 0; number /= 10)
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + number % 10);
  text.append(digits.data(), static_cast<std::size_t>(width));
}

/// Length of the UTF-8 sequence at the front of `text`, or 0 where it is none (RFC 3629).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto lead = byte(0);
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
  if (lead < 0x80)
    return 1;
  if (lead >= 0xc2 && lead <= 0xdf)
    length = 2;
  else if (lead >= 0xe0 && lead <= 0xef)
    length = 3;
  else if (lead >= 0xf0 && lead <= 0xf4)
    length = 4;
  else
    return 0;
  if (lead == 0xe0)
    low = 0xa0;
  else if (lead == 0xed)
    high = 0x9f;
  else if (lead == 0xf0)
    low = 0x90;
  else if (lead == 0xf4)
    high = 0x8f;
  if (text.size() < length || byte(1) < low || byte(1) > high)
    return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xbf)
      return 0;
  return length;
}

void append_control(std::string& text, unsigned char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  // As simdjson writes them: a document that was read and written again is the same bytes.
  switch (c) {
  case '\b':
    text += "\\b";
    return;
  case '\f':
    text += "\\f";
    return;
  case '\n':
    text += "\\n";
    return;
  case '\r':
    text += "\\r";
    return;
  case '\t':
    text += "\\t";
    return;
  default:
    text += "\\u00";
    text += hex[c >> 4U];
    text += hex[c & 0xfU];
  }
}

void append_escaped(std::string& text, std::string_view raw) {
  std::size_t plain = 0; // start of what can be copied as it is
  const auto flush = [&](std::size_t upto) { text.append(raw, plain, upto - plain); };
  for (std::size_t i = 0; i < raw.size();) {
    const auto c = static_cast<unsigned char>(raw[i]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    if (c >= 0x80) {
      if (const auto length = sequence_length(raw.substr(i)); length > 0) {
        i += length;
        continue;
      }
      flush(i);
      text += "\xef\xbf\xbd";
    } else if (c == '"' || c == '\\') {
      flush(i);
      text += '\\';
      text += static_cast<char>(c);
    } else {
      flush(i);
      append_control(text, c);
    }
    plain = ++i;
  }
  flush(raw.size());
}

} // namespace

std::string time_text(domain::instant when) {
  using namespace std::chrono;
  constexpr domain::instant first = sys_days{year{0} / January / 1};
  constexpr domain::instant last = sys_days{year{10000} / January / 1} - milliseconds{1};
  const auto at = std::clamp(when, first, last);
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  std::string text;
  text.reserve(24);
  append_digits(text, static_cast<int>(date.year()), 4);
  text += '-';
  append_digits(text, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  text += '-';
  append_digits(text, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  text += 'T';
  append_digits(text, static_cast<int>(time.hours().count()), 2);
  text += ':';
  append_digits(text, static_cast<int>(time.minutes().count()), 2);
  text += ':';
  append_digits(text, static_cast<int>(time.seconds().count()), 2);
  text += '.';
  append_digits(text, static_cast<int>(time.subseconds().count()), 3);
  text += 'Z';
  return text;
}

void json_writer::separate() {
  if (comma_)
    text_ += ',';
  comma_ = true;
}

json_writer& json_writer::begin_object() {
  separate();
  text_ += '{';
  comma_ = false;
  return *this;
}

json_writer& json_writer::end_object() {
  text_ += '}';
  comma_ = true;
  return *this;
}

json_writer& json_writer::begin_array() {
  separate();
  text_ += '[';
  comma_ = false;
  return *this;
}

json_writer& json_writer::end_array() {
  text_ += ']';
  comma_ = true;
  return *this;
}

json_writer& json_writer::key(std::string_view name) {
  separate();
  text_ += '"';
  append_escaped(text_, name);
  text_ += "\":";
  comma_ = false;
  return *this;
}

json_writer& json_writer::value(std::string_view raw) {
  separate();
  text_ += '"';
  append_escaped(text_, raw);
  text_ += '"';
  return *this;
}

json_writer& json_writer::literal(std::string_view document) {
  separate();
  text_ += document;
  return *this;
}

json_writer& json_writer::hundredths(std::int64_t amount) {
  std::string number = amount < 0 ? "-" : "";
  // Unsigned: the smallest number has no positive one.
  const auto raw = static_cast<std::uint64_t>(amount);
  const auto size = amount < 0 ? 0 - raw : raw;
  number += std::to_string(size / 100);
  if (size % 100 != 0) {
    number += '.';
    append_digits(number, static_cast<int>(size % 100), 2);
    if (number.back() == '0')
      number.pop_back();
  }
  return literal(number);
}

} // namespace cloudpods::wire
