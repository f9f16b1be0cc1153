#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cloudpods::client {

using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

/// The time of an RFC 3339 text in UTC (contract 5), or nothing.
std::optional<time_point> time_from_text(std::string_view text);

/// `just now`, `4 min ago`, `3 h ago`, `12 days ago`; `in 4 min` for what is to come.
std::string relative_text(time_point then, time_point now);

/// `2 min`, `45 s`, `3 h`
std::string duration_text(std::chrono::seconds length);

/// Date and time where the user is: `2026-03-01 14:05:09`.
std::string local_text(time_point then);

/// The relative text of an RFC 3339 text; `text` itself where it is none, "" where it is empty.
std::string ago(std::string_view text, time_point now);

/// Local and relative text of an RFC 3339 text, likewise.
std::string local_and_ago(std::string_view text, time_point now);

} // namespace cloudpods::client
