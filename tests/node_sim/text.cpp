#include "node_sim/text.hpp"

#include <cctype>
#include <cstdio>
#include <fnmatch.h>

namespace cloudpods::node_sim {

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == text.npos)
      return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> found;
  for (auto& part : split(text, ' '))
    if (!part.empty())
      found.push_back(std::move(part));
  return found;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const auto& part : parts) {
    if (&part != &parts.front())
      text += separator;
    text += part;
  }
  return text;
}

std::string trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos)
    return {};
  return std::string{text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1)};
}

std::string lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::optional<std::int64_t> to_number(std::string_view text) {
  std::int64_t number = 0;
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc{} || result.ptr != end)
    return std::nullopt;
  return number;
}

bool fits(const std::string& pattern, const std::string& text) {
  return ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

namespace {

template <class Keep>
std::string encode(std::string_view text, Keep keep) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (keep(byte))
      result += c;
    else
      result += {'%', digits[byte >> 4], digits[byte & 15]};
  }
  return result;
}

} // namespace

std::string encode_description(std::string_view text) {
  return encode(text, [](unsigned char c) { return c >= 32 && c < 127 && c != '%' && c != ':'; });
}

std::string encode_uri(std::string_view text) {
  return encode(text, [](unsigned char c) {
    return c < 128 && (std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~');
  });
}

std::string decode_percent(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16).ptr == &text[i + 1] + 2) {
      result += static_cast<char>(byte);
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t factor = 1;
  const auto unit = text.empty() ? text.npos : std::string_view{"KMGT"}.find(text.back());
  if (unit != text.npos) {
    factor = 1ull << (10 * (unit + 1));
    text.remove_suffix(1);
  }
  double number = 0;
  const auto end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, number);
  if (result.ec != std::errc{} || result.ptr != end || number < 0)
    return std::nullopt;
  return static_cast<std::uint64_t>(number * static_cast<double>(factor));
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::string_view units = "BKMGT";
  std::size_t unit = 0;
  while (bytes != 0 && bytes % 1024 == 0 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return unit == 0 ? cat(bytes) : cat(bytes, units[unit]);
}

std::string human_size(std::uint64_t bytes) {
  static constexpr std::string_view units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1024 && unit < 4; ++unit)
    amount /= 1024;
  return cat(decimal(amount, 1), " ", units[unit]);
}

std::string decimal(double number, int digits) {
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%.*f", digits, number);
  return {text, static_cast<std::size_t>(size)};
}

std::string padded(std::string_view text, int width) {
  const auto wanted = static_cast<std::size_t>(width < 0 ? -width : width);
  const std::string blanks(text.size() < wanted ? wanted - text.size() : 0, ' ');
  return width < 0 ? cat(blanks, text) : cat(text, blanks);
}

key_values parse_key_values(std::string_view text) {
  key_values values;
  for (const auto& line : split(text, '\n')) {
    const auto colon = line.find(": ");
    if (colon != line.npos && line.front() != '#')
      values[line.substr(0, colon)] = line.substr(colon + 2);
  }
  return values;
}

std::string print_key_values(const key_values& values) {
  std::string text;
  for (const auto& [key, value] : values)
    text += cat(key, ": ", value, "\n");
  return text;
}

key_values parse_properties(std::string_view text, std::string_view first) {
  key_values values;
  for (const auto& part : split(text, ',')) {
    const auto equals = part.find('=');
    if (equals != part.npos)
      values[part.substr(0, equals)] = part.substr(equals + 1);
    else if (!part.empty())
      values[std::string{first}] = part;
  }
  return values;
}

} // namespace cloudpods::node_sim
