#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::ssh {

inline constexpr std::size_t longest_message = 2000;

/// The lines of what a node printed, without line ends. A carriage return ends a line too, as
/// progress uses it; empty lines are left out.
std::vector<std::string_view> lines_of(std::string_view text);

/// What stands between the blanks of a line.
std::vector<std::string_view> columns_of(std::string_view line);

/// Whether a line says nothing about the command: locale warnings, `sudo` about its own host, waits
/// for locks, progress.
bool is_noise(std::string_view line);

/// The last line that is not noise, trimmed; "" where there is none.
std::string_view last_word(std::string_view text);

/// Valid UTF-8 without NUL or control characters other than line feed and tab, whatever came in.
std::string clean_text(std::string_view text);

/// `text` with every secret, and the percent-encoded form that `qm set` echoes, taken out.
std::string redacted(std::string_view text, const std::vector<std::string>& secrets);

/// At most `limit` bytes, cut between characters, `…` where something was cut.
std::string capped(std::string text, std::size_t limit = longest_message);

/// A JSON document after noise: from the first line that begins with `{`, `[` or `"` and from which
/// on the rest is one document, to the end of its last closing line.
std::optional<std::string> json_part(std::string_view text);

/// The document between the markers of the node's scripts, or nothing.
std::optional<std::string> marked_json(std::string_view text);

std::string_view trimmed(std::string_view text);

} // namespace cloudpods::ssh
