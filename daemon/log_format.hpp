#pragma once

#include "config/server_settings.hpp"

namespace cloudpods::daemon {

/// Sends every log line to standard output, in the wanted form (contract 18): JSON objects with
/// `ts`, `level`, `msg` and the line's fields, or text for people. Lines are written by a thread
/// of their own, so that a slow disk stops nobody.
void start_logging(const config::log_settings& settings);

/// Writes what is still queued.
void flush_log();

} // namespace cloudpods::daemon
