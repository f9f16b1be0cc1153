#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ssh/answer.hpp"

namespace cloudpods::ssh {

inline constexpr std::size_t log_bytes_at_once = std::size_t{48} * 1024;
/// Of a file that was there before anybody read it.
inline constexpr std::size_t log_bytes_at_first = std::size_t{1024} * 1024;
inline constexpr std::size_t log_lines_at_once = 200;
/// A longer line is kept as text, cut to this.
inline constexpr std::size_t longest_log_line = 4096;

/// The whole lines of what was read; `head` is `log <kind> <offset> <inode>`. A line that is not
/// ended yet is left for the next read, but for the last one of a rotated file.
parsed<domain::log_lines> parse_log(const domain::log_position& from, std::string_view head,
                                    std::string_view base64);

/// One line as it is kept: the JSON object that it is with the values of secret names taken out, or
/// its text with what follows such a name taken out.
domain::logged_line kept_line(std::string_view line);

} // namespace cloudpods::ssh
