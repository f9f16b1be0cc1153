#include "ssh/node_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

#include <simdjson.h>

namespace cloudpods::ssh {

namespace {

constexpr std::string_view start_mark = "### JSON_RESULT_START ###";
constexpr std::string_view end_mark = "### JSON_RESULT_END ###";
/// Shorter than this, taking a "secret" out would take words out of every sentence.
constexpr std::size_t shortest_secret = 8;

constexpr std::array<std::string_view, 14> noise_beginnings{
    "perl: warning:",
    "are supported and installed on your system",
    "bash: warning: setlocale",
    "sh: warning: setlocale",
    "Use of uninitialized value",
    "sudo: unable to resolve host",
    "Warning: Permanently added",
    "trying to acquire lock",
    "OK",
    "Task finished with",
    "LANGUAGE = ",
    "LC_",
    "LANG = ",
    "We trust you have received the usual lecture",
};

bool is_progress(std::string_view line) {
  return line.contains("transferred ") && line.ends_with("%)");
}

/// How many bytes the valid UTF-8 character at the front has; 0 where there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  if (first < 0x80)
    return 1;
  const std::size_t size = first >= 0xf0 && first <= 0xf4   ? 4
                           : first >= 0xe0 && first <= 0xef ? 3
                           : first >= 0xc2 && first <= 0xdf ? 2
                                                            : 0;
  if (size == 0 || text.size() < size)
    return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xc0) != 0x80)
      return 0;
  const bool is_overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool is_surrogate = first == 0xed && byte(1) >= 0xa0;
  const bool is_too_high = first == 0xf4 && byte(1) >= 0x90;
  return is_overlong || is_surrogate || is_too_high ? 0 : size;
}

bool is_document(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element ignored;
  return parser.parse(text.data(), text.size()).get(ignored) == simdjson::SUCCESS;
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (const auto c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '~') {
      encoded += c;
      continue;
    }
    std::array<char, 4> code{};
    std::snprintf(code.data(), code.size(), "%%%02X", byte);
    encoded += code.data();
  }
  return encoded;
}

void take_out(std::string& text, std::string_view secret) {
  constexpr std::string_view instead = "[redacted]";
  if (secret.size() < shortest_secret)
    return;
  for (auto at = text.find(secret); at != std::string::npos;
       at = text.find(secret, at + instead.size()))
    text.replace(at, secret.size(), instead);
}

/// The whole line, and its long words: a key is recognised without its comment.
void take_out_line(std::string& text, std::string_view line) {
  take_out(text, line);
  take_out(text, percent_encoded(line));
  for (std::size_t at = 0; at < line.size();) {
    const auto end = std::min(line.find_first_of(" \t", at), line.size());
    const auto word = line.substr(at, end - at);
    if (word.size() >= 2 * shortest_secret) {
      take_out(text, word);
      take_out(text, percent_encoded(word));
    }
    at = end + 1;
  }
}

/// Where the last line that begins with a closing bracket ends, counted back from `end`.
std::size_t closing_before(std::string_view text, std::size_t end) {
  const auto found = text.substr(0, end).find_last_of("}]\"");
  return found == std::string_view::npos ? 0 : found + 1;
}

} // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto start = text.find_first_not_of(blanks);
  if (start == std::string_view::npos)
    return {};
  return text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of("\r\n", at), text.size());
    if (end > at)
      lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  for (std::size_t at = line.find_first_not_of(" \t"); at != std::string_view::npos;) {
    const auto end = std::min(line.find_first_of(" \t", at), line.size());
    columns.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(" \t", end);
  }
  return columns;
}

bool is_noise(std::string_view line) {
  const auto text = trimmed(line);
  if (text.empty() || is_progress(text))
    return true;
  return std::ranges::any_of(noise_beginnings, [&](std::string_view beginning) {
    return beginning == "OK" ? text == "OK" : text.starts_with(beginning);
  });
}

std::string_view last_word(std::string_view text) {
  const auto lines = lines_of(text);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    if (!is_noise(*line))
      return trimmed(*line);
  return {};
}

std::string clean_text(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const auto size = character_size(text);
    const auto first = static_cast<unsigned char>(text.front());
    if (size == 0)
      clean += "\xef\xbf\xbd";
    else if (first >= 0x20 ? first != 0x7f : first == '\n' || first == '\t')
      clean += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return clean;
}

std::string redacted(std::string_view text, const std::vector<std::string>& secrets) {
  std::string safe{text};
  for (const auto& secret : secrets)
    for (const auto line : lines_of(secret))
      take_out_line(safe, trimmed(line));
  return safe;
}

std::string capped(std::string text, std::size_t limit) {
  constexpr std::string_view cut_mark = "…";
  if (text.size() <= limit)
    return text;
  auto end = limit - cut_mark.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
    --end;
  text.resize(end);
  return text += cut_mark;
}

std::optional<std::string> json_part(std::string_view text) {
  constexpr int most_tries = 64; // noise that looks like JSON must not cost for ever
  int tries = 0;
  for (std::size_t at = 0; at < text.size() && tries < most_tries;) {
    const auto start = text.find_first_not_of(" \t\r", at);
    const auto line_end = text.find('\n', at);
    if (start != std::string_view::npos && start < line_end &&
        std::string_view{"{[\""}.contains(text[start])) {
      for (auto end = closing_before(text, text.size()); end > start && tries < most_tries;
           end = closing_before(text, text.substr(0, end).rfind('\n') + 1), ++tries)
        if (is_document(text.substr(start, end - start)))
          return std::string{text.substr(start, end - start)};
    }
    if (line_end == std::string_view::npos)
      break;
    at = line_end + 1;
  }
  return std::nullopt;
}

std::optional<std::string> marked_json(std::string_view text) {
  const auto start = text.rfind(start_mark);
  if (start == std::string_view::npos)
    return std::nullopt;
  const auto rest = text.substr(start + start_mark.size());
  const auto end = rest.find(end_mark);
  if (end == std::string_view::npos)
    return std::nullopt;
  return std::string{trimmed(rest.substr(0, end))};
}

} // namespace cloudpods::ssh
