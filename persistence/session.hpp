#pragma once

#include <cstdint>
#include <string>

#include "persistence/connection.hpp"
#include "persistence/log_head.hpp"

namespace cloudpods::persistence {

/// The advisory lock of the one writer, in the database of the log (architecture 3).
inline constexpr std::int64_t writer_lock = 0x636c'6f75'6470'6f64;
/// The advisory lock of those who change the schema.
inline constexpr std::int64_t schema_lock = 0x636c'6f75'6470'6d67;

/// For maintenance: statements over the whole log take their time.
connection_settings patient_settings(const std::string& dsn, const std::string& application_name);

/// Tries to take `lock` for the session; false: another session has it.
stored<bool> try_lock(connection& link, std::int64_t lock);

/// The head row; `unusable` where there is no schema yet.
stored<log_head> read_head(connection& link);

/// Raises the epoch and reads the head in one statement: waits for whatever is still under way.
stored<log_head> raise_epoch(connection& link);

/// Refuses (`unusable`) a log that holds an event of a name or version that this program does not
/// know, with its seq (contract 13).
stored<void> check_known_events(connection& link);

} // namespace cloudpods::persistence
