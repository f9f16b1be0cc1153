#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <libpq-fe.h>

#include "domain/instant.hpp"

namespace cloudpods::persistence {

struct result_deleter {
  void operator()(PGresult* it) const noexcept { PQclear(it); }
};

/// Rows of one statement, in text form. A column is read as what the statement selected: asking for
/// another type is a mistake of ours.
class result {
public:
  result() = default;
  explicit result(PGresult* it) : rows_(it) {}

  [[nodiscard]] int rows() const { return PQntuples(rows_.get()); }
  [[nodiscard]] bool empty() const { return rows() == 0; }
  /// Rows that an INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::int64_t affected() const;

  [[nodiscard]] bool is_null(int row, int column) const {
    return PQgetisnull(rows_.get(), row, column) != 0;
  }
  /// "" for NULL.
  [[nodiscard]] std::string_view text(int row, int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int row, int column) const;
  /// 0 for NULL.
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] bool boolean(int row, int column) const { return text(row, column) == "t"; }
  /// A `bytea`.
  [[nodiscard]] std::string bytes(int row, int column) const;
  /// A `timestamptz`, in microseconds since 1970; the session's zone is UTC.
  [[nodiscard]] std::int64_t microseconds(int row, int column) const;
  [[nodiscard]] domain::instant time(int row, int column) const;

private:
  std::unique_ptr<PGresult, result_deleter> rows_;
};

/// Bytes of `hex` (an even count of hexadecimal digits).
std::string bytes_from_hex(std::string_view hex);

/// Microseconds since 1970 of an ISO timestamp in UTC as Postgres prints it.
std::int64_t microseconds_from_text(std::string_view timestamp);

} // namespace cloudpods::persistence
