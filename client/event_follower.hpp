#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "client/event_stream.hpp"
#include "client/failure.hpp"
#include "client/json_access.hpp"

namespace cloudpods::client {

/// Follows the stream across connections (contract 9): where it stands, and what comes after an
/// end.
class event_follower {
public:
  /// `since`: the last seq that the user has; absent: from now on.
  explicit event_follower(std::optional<std::int64_t> since) : cursor_(since) {}

  /// The path of the next connection: with the last seq that was seen.
  [[nodiscard]] std::string target() const;

  /// Takes a message; true where it is an event that was not shown before.
  bool take(const json::value& message);

  /// How long to wait before the next connection, or why there is none.
  expected<std::chrono::milliseconds> after(const stream_end& end);

private:
  std::optional<std::int64_t> cursor_;
  int failures_ = 0; ///< in a row
};

} // namespace cloudpods::client
