#pragma once

#include <cstdint>
#include <string>

#include "domain/ids.hpp"

namespace cloudpods::persistence {

/// Where the log ends (contract 13, `cloud_pod_log_head`).
struct log_head {
  std::int64_t epoch = 0;
  std::int64_t seq = 0;
  std::string hash; ///< 32 bytes; of the event `seq`, zeros before the first
  domain::controller_id controller;

  /// The same position with the same history before it.
  [[nodiscard]] bool ends_as(const log_head& other) const {
    return seq == other.seq && hash == other.hash;
  }
};

} // namespace cloudpods::persistence
