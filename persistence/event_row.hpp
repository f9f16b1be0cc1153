#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/connection.hpp"
#include "persistence/decision.hpp"
#include "persistence/hash_chain.hpp"

namespace cloudpods::persistence {

/// The hashed columns of `cloud_pod_events`, in the table's order; `e` is the table.
inline constexpr std::string_view event_columns =
    "e.seq, e.id, e.stream, e.stream_version, e.tenant_id, e.tenant_seq, e.pod_id, e.vmid, "
    "e.job_id, e.type, e.name, e.version, e.message, e.data, e.actor, e.request_id, e.created_at";

/// The columns of one event as they are hashed. Points into itself and into the event.
class hashed_event {
public:
  explicit hashed_event(const stored_event& it);
  hashed_event(const hashed_event&) = delete;
  hashed_event& operator=(const hashed_event&) = delete;

  [[nodiscard]] const event_fields& fields() const { return fields_; }

private:
  std::string_view digits(std::int64_t number);

  std::string actor_;
  std::array<std::array<char, 24>, 6> numbers_;
  std::size_t numbers_used_ = 0;
  event_fields fields_;
};

/// The fields of a row that begins with `event_columns` at `column`; `microseconds` holds the
/// digits of its time.
event_fields fields_of_row(const result& rows, int row, int column, std::string& microseconds);

/// The event of such a row. Refuses (`unusable`), with its seq, one that this program cannot read.
stored<stored_event> event_of_row(const result& rows, int row, int column = 0);

/// All rows of a result.
stored<std::vector<stored_event>> events_of_rows(const result& rows);

/// Inserts events with their hashes.
statement insert_events(std::span<const stored_event* const> events,
                        std::span<const std::string> hashes);

} // namespace cloudpods::persistence
