#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "domain/instant.hpp"
#include "persistence/decision.hpp"
#include "persistence/fault.hpp"
#include "persistence/log_head.hpp"

namespace cloudpods::persistence {

struct writer_settings {
  std::string dsn;
  /// 64 random bits at each call; ids of events are made of them.
  std::function<std::uint64_t()> random;
  /// Counters of streams and tenants kept in memory; past it they are read again.
  std::size_t counters_kept = 200'000;
  /// How long a statement may take and a lock may be waited for.
  int statement_timeout_ms = 30'000;
  int lock_timeout_ms = 10'000;
  /// How long a connection attempt may take.
  int connect_timeout_s = 5;
};

/// What `take_lead` found.
struct lead_answer {
  bool leading = false; ///< false: another session is the writer; ask again later
  log_head head;        ///< valid where leading
};

/// The events of one decision, or why that decision alone was refused (nothing of it happened).
using decision_outcome = stored<std::vector<stored_event>>;

/// What became of an append.
struct appended {
  std::vector<decision_outcome> decisions; ///< in the order in which they were given
};

/// Postgres cannot be reached or does not answer in time.
struct store_away {
  /// True: the decisions may have happened; the writer keeps them and `recover` tells. False: they
  /// did not happen and are forgotten; they may be given again after `recover`.
  bool fate_open = false;
  fault why;
};

/// Another daemon writes, or may have written: this process must exit (architecture 3).
struct lead_lost {
  std::string message;
};

using append_result = std::variant<appended, store_away, lead_lost>;

/// The only one who writes the event log (architecture 3). Blocks; belongs to one thread.
///
/// `take_lead` until it leads; then `append`; after a `store_away` only `recover`, again and again
/// with a pause, until it answers otherwise; after a `lead_lost` nothing.
class log_writer {
public:
  explicit log_writer(writer_settings settings);
  ~log_writer();
  log_writer(log_writer&&) noexcept;
  log_writer& operator=(log_writer&&) noexcept;

  /// Tries to become the writer: takes the lock of the database and raises the epoch. Refuses
  /// (`unusable`) a log with an event of an unknown name or a newer version, its seq named.
  stored<lead_answer> take_lead();

  /// Appends the decisions, each whole, in this order, with their projections. Where Postgres
  /// refuses the content of one, the others are appended without it. `now` is the events' time, or
  /// the last event's where that is later.
  append_result append(std::vector<decision> decisions, domain::instant now);

  /// Connects again, finds out what became of the decisions whose fate is open and finishes them.
  /// `appended` with no decisions where there was nothing open.
  append_result recover();

  /// Ends the session and with it the lead.
  void resign();

  /// As of the last append; the epoch rises with each recovery.
  [[nodiscard]] const log_head& head() const;
  [[nodiscard]] bool is_leading() const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::persistence
