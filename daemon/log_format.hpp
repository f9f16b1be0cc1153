#pragma once

#include <string_view>

#include "config/server_settings.hpp"

namespace cloudpods::daemon {

/// Sends every log line to standard output, in the wanted form (contract 18): JSON objects with
/// `ts`, `level`, `msg` and the line's fields, or text for people. Lines are written by a thread
/// of their own, so that a slow disk stops nobody.
void start_logging(const config::log_settings& settings);

/// From now on lines of that level and above are written.
void set_log_level(config::log_level level);

/// Writes a critical line, after what is queued (waits a second for it at most), by the calling
/// thread, for a process that ends at once. The log goes on: other threads may still write to it.
void log_last_words(std::string_view line);

/// Writes what is still queued and ends the log. No other thread may write to it any more.
void flush_log();

} // namespace cloudpods::daemon
