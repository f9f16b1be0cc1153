#pragma once

#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace cloudpods::node_sim {

/// Lines of the form "key: value", sorted by key as Proxmox prints them.
using key_values = std::map<std::string, std::string>;

template <class Part>
void add_part(std::string& text, const Part& part) {
  if constexpr (std::is_same_v<Part, char>) {
    text += part;
  } else if constexpr (std::is_integral_v<Part>) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, part);
    text.append(digits, end.ptr);
  } else {
    text += std::string_view{part};
  }
}

/// Joins texts and whole numbers.
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string text;
  (add_part(text, parts), ...);
  return text;
}

std::vector<std::string> split(std::string_view text, char separator);
/// Splits at blanks of any number.
std::vector<std::string> words(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string trim(std::string_view text);
std::string lower(std::string_view text);

/// Returns the number if the whole text is one.
std::optional<std::int64_t> to_number(std::string_view text);

/// True if the shell pattern fits the whole text.
bool fits(const std::string& pattern, const std::string& text);

/// Escapes a description as `qm config` prints it: control and non-ASCII bytes, '%' and ':'.
std::string encode_description(std::string_view text);
/// Escapes all but unreserved characters, as a URI does.
std::string encode_uri(std::string_view text);
std::string decode_percent(std::string_view text);

/// "8G", "528K" or plain bytes to bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// Bytes to "8G", the largest unit without a rest.
std::string size_text(std::uint64_t bytes);
/// Bytes to "8.0 GiB".
std::string human_size(std::uint64_t bytes);
/// With a fixed number of digits after the point.
std::string decimal(double number, int digits);
/// Filled with blanks on the right (positive width) or on the left (negative).
std::string padded(std::string_view text, int width);

key_values parse_key_values(std::string_view text);
std::string print_key_values(const key_values& values);

/// Splits "virtio=MAC,bridge=vmbr0"; a part without '=' gets the key `first`.
key_values parse_properties(std::string_view text, std::string_view first = {});

} // namespace cloudpods::node_sim
