#include "ssh/node_log.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <optional>

#include "ssh/json_fields.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::string_view instead = "[redacted]";
constexpr std::array<std::string_view, 13> secret_names{
    "password", "passwd",  "passphrase", "pwd",     "secret",     "token", "authorization",
    "apikey",   "api_key", "api-key",    "private", "credential", "cookie"};

std::string folded(std::string_view text) {
  std::string low{text};
  std::ranges::transform(low, low.begin(), [](unsigned char c) { return std::tolower(c); });
  return low;
}

bool is_secret(std::string_view name) {
  const auto low = folded(name);
  return std::ranges::any_of(secret_names,
                             [&](std::string_view each) { return low.contains(each); });
}

/// The whole of a base64 text; nothing where it is none.
std::optional<std::string> decoded(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  while (text.ends_with('='))
    text.remove_suffix(1);
  for (const char c : text) {
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos)
      return std::nullopt;
    bits = (bits << 6U) | static_cast<unsigned>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xffU);
    }
  }
  return bytes;
}

void write_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", byte);
      out += code.data();
    } else {
      out += c;
    }
  }
  out += '"';
}

/// Text holds secrets too: a message like `password=x`.
std::string without_secrets(std::string_view text);

void write_safe(std::string& out, simdjson::dom::element value) {
  bool comma = false;
  const auto separate = [&] {
    if (std::exchange(comma, true))
      out += ',';
  };
  simdjson::dom::object members;
  simdjson::dom::array elements;
  std::string_view text;
  if (value.get(members) == simdjson::SUCCESS) {
    out += '{';
    for (const auto [name, member] : members) {
      separate();
      write_text(out, name);
      out += ':';
      if (is_secret(name))
        write_text(out, instead);
      else
        write_safe(out, member);
    }
    out += '}';
  } else if (value.get(elements) == simdjson::SUCCESS) {
    out += '[';
    for (const auto element : elements) {
      separate();
      write_safe(out, element);
    }
    out += ']';
  } else if (value.get(text) == simdjson::SUCCESS) {
    write_text(out, without_secrets(text));
  } else {
    out += simdjson::minify(value);
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Whether the word that holds `at` is an option of a command, such as `--cipassword`.
bool is_option(std::string_view text, std::size_t at) {
  const auto before = at == 0 ? std::string_view::npos : text.find_last_of(" \t\"'", at - 1);
  return text.substr(before == std::string_view::npos ? 0 : before + 1).starts_with('-');
}

/// Where the value that begins at `from` ends: at its closing quote, or at a blank.
std::size_t end_of_value(std::string_view text, std::size_t from) {
  const bool quoted = from > 0 && (text[from - 1] == '"' || text[from - 1] == '\'');
  const auto stop = quoted ? text.find(text[from - 1], from) : text.find_first_of(" \t\n", from);
  return stop == std::string_view::npos ? text.size() : stop;
}

/// Takes out what follows `name` and a `=` or `:`, or a blank where it is an option; of a header
/// all of the line.
void take_out_after(std::string& text, std::string_view name) {
  for (auto at = folded(text).find(name); at != std::string::npos;) {
    auto end = at + name.size();
    const auto skip = [&] {
      while (end < text.size() && (is_blank(text[end]) || text[end] == '"' || text[end] == '\''))
        ++end;
    };
    skip();
    const bool assigns = end < text.size() && (text[end] == '=' || text[end] == ':');
    if (end == text.size() || (!assigns && !is_option(text, at))) {
      at = folded(text).find(name, at + name.size());
      continue;
    }
    if (assigns)
      ++end;
    skip();
    const bool all = name == "authorization" || name == "cookie";
    const auto stop = all ? std::min(text.find('\n', end), text.size()) : end_of_value(text, end);
    text.replace(end, stop - end, instead);
    at = folded(text).find(name, end + instead.size());
  }
}

std::string without_secrets(std::string_view text) {
  std::string safe{text};
  for (const auto name : secret_names)
    take_out_after(safe, name);
  constexpr std::string_view bearer = "bearer ";
  for (auto at = folded(safe).find(bearer); at != std::string::npos;
       at = folded(safe).find(bearer, at + bearer.size())) {
    const auto start = at + bearer.size();
    const auto stop = std::min(safe.find_first_of(" \t\n\"", start), safe.size());
    safe.replace(start, stop - start, instead);
  }
  return safe;
}

domain::category category_of(simdjson::dom::element object) {
  const auto level = folded(text_field(object, "level").value_or(""));
  if (level.starts_with("err") || level.starts_with("crit") || level == "fatal")
    return domain::category::error;
  return level.starts_with("warn") ? domain::category::warn : domain::category::info;
}

struct log_head {
  std::string_view kind;
  std::int64_t offset = 0;
  std::string_view file; ///< "": nothing can be read now
};

std::optional<log_head> head_of(std::string_view text) {
  const auto words = columns_of(text);
  if (words.size() < 3)
    return std::nullopt;
  const auto offset = whole_number(words[2]);
  if (!offset)
    return std::nullopt;
  return log_head{words[1], *offset, words.size() > 3 ? words[3] : std::string_view{}};
}

} // namespace

domain::logged_line kept_line(std::string_view line) {
  domain::logged_line kept;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (line.size() <= longest_log_line &&
      parser.parse(line.data(), line.size()).get(document) == simdjson::SUCCESS &&
      document.is_object()) {
    write_safe(kept.json, document);
    kept.category = category_of(document);
  } else {
    kept.text =
        capped(without_secrets(clean_text(line.substr(0, 2 * longest_log_line))), longest_log_line);
  }
  return kept;
}

parsed<domain::log_lines> parse_log(const domain::log_position& from, std::string_view head,
                                    std::string_view base64) {
  const auto about = head_of(head);
  const auto bytes = decoded(base64);
  if (!about || !bytes)
    return std::unexpected("the log's part is not readable");
  domain::log_lines found;
  found.next = from;
  if (about->file.empty())
    return found;
  found.next = {std::string{about->file}, about->offset};
  const bool is_full = bytes->size() >= log_bytes_at_once;
  std::string_view rest{*bytes};
  bool skips = about->kind == "cut"; // it begins amid a line
  while (!rest.empty() && found.lines.size() < log_lines_at_once) {
    auto end = rest.find('\n');
    const bool is_ended = end != std::string_view::npos;
    // A line longer than one read is taken in pieces; the last one of a rotated file has no end.
    const bool is_whole_read = is_full && rest.size() == bytes->size();
    if (!is_ended && !is_whole_read && (about->kind != "rotated" || is_full))
      break;
    if (!is_ended)
      end = rest.size();
    const auto line = trimmed(rest.substr(0, end));
    const auto taken = end + (is_ended ? 1 : 0);
    rest.remove_prefix(taken);
    found.next.offset += static_cast<std::int64_t>(taken);
    if (std::exchange(skips, false) || line.empty())
      continue;
    found.lines.push_back(kept_line(line));
    found.lines.back().next = found.next;
  }
  found.more = is_full || found.lines.size() == log_lines_at_once || about->kind == "rotated";
  return found;
}

} // namespace cloudpods::ssh
