#pragma once

#include <expected>
#include <string>
#include <utility>

#include "domain/problem.hpp"

namespace cloudpods::persistence {

/// What went wrong with Postgres, by what it means for the effect that was asked for.
enum class fault_kind {
  away,     ///< never sent: the server could not be reached
  lost,     ///< the connection broke after sending: nobody knows yet
  refused,  ///< the server said no (`sql_state`); nothing happened
  busy,     ///< another session holds the writer's lock
  unusable, ///< reachable, but not a store that this program may work with
};

/// For the operator; what a caller may see is `as_problem`.
struct fault {
  fault_kind kind = fault_kind::away;
  std::string sql_state; ///< five characters, or "" where the server did not speak
  std::string message;

  /// The server refused what was in the statement, so sending it again cannot help.
  [[nodiscard]] bool is_of_content() const;
};

/// `STORE_UNAVAILABLE` (with the outcome unknown where it is), or `INTERNAL_ERROR` for a refused
/// statement; names no SQL, host or path (contract 5).
domain::problem as_problem(const fault& why);

template <class T>
using stored = std::expected<T, fault>;

inline std::unexpected<fault> faulty(fault_kind kind, std::string message,
                                     std::string sql_state = {}) {
  return std::unexpected<fault>{fault{kind, std::move(sql_state), std::move(message)}};
}

} // namespace cloudpods::persistence
