#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloudpods::node_sim {

/// A command's end with a message, as Perl's `die`.
struct failure {
  std::string text;
  int status = 255;
};

/// Adds to standard output; CRLF noise is put in here.
void out(std::string_view text);
/// Writes to standard error, after what `out` holds.
void err(std::string_view text);
/// Sends what `out` holds; throws "broken pipe" if nobody reads.
void flush();
/// Says whether lines end in CRLF from now on.
void use_crlf(bool wanted);

std::optional<std::string> read_text(const std::string& path);
/// Replaces the file at once: a reader sees the old or the new text.
void write_text(const std::string& path, std::string_view text);
/// Appends in one write, so that lines of several processes do not mix.
void append_text(const std::string& path, std::string_view text);
bool exists(const std::string& path);
void make_folders(const std::string& path);
/// Names in a folder, sorted; without those that begin with a dot.
std::vector<std::string> names_in(const std::string& folder);

std::int64_t now_ns();
/// The given number of random hex digits, in upper case.
std::string random_hex(std::size_t digits);

/// All bytes from standard input up to its end.
std::string read_input();

} // namespace cloudpods::node_sim
