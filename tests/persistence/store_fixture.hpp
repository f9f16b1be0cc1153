#pragma once

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "persistence/connection.hpp"
#include "persistence/log_reader.hpp"
#include "persistence/log_writer.hpp"
#include "persistence/maintenance.hpp"
#include "samples.hpp"

namespace cloudpods::persistence {

/// A migrated database of its own, with a second way in for looking and for doing harm.
struct store_fixture {
  std::string dsn;
  samples::subject pod;

  store_fixture();

  /// A writer that leads.
  log_writer leader(const std::string& through = "");
  log_reader reader() const { return log_reader{{dsn}}; }

  /// Appends what must be accepted; returns its events.
  static std::vector<stored_event> append(log_writer& writer, std::vector<decision> decisions,
                                          std::int64_t seconds = 0);

  /// The first column of the first row, "NULL", or the SQLSTATE of the refusal.
  std::string ask(const std::string& sql) const;
  /// Changes the log behind its triggers.
  void tamper(const std::string& sql) const;

  log_report verified() const;
};

/// The answer of a call that must succeed.
template <class T>
T good(stored<T> answer) {
  if (!answer)
    BOOST_FAIL(answer.error().sql_state + " " + answer.error().message);
  if constexpr (!std::is_void_v<T>)
    return *std::move(answer);
}

/// The decisions' outcomes where all were settled.
std::vector<decision_outcome> settled(append_result result);

} // namespace cloudpods::persistence
