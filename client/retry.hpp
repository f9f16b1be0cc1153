#pragma once

#include <chrono>
#include <optional>

#include "client/transport.hpp"

namespace cloudpods::client {

/// How often and how patiently a request is repeated.
struct retry_policy {
  int attempts = 5;
  std::chrono::milliseconds first_pause{500}; ///< doubles
  std::chrono::milliseconds longest_pause{30000};
};

/// How long to wait before the request is sent again with the same `Idempotency-Key`; nothing where
/// its result stands. Repeated is what got no answer, 503, and 429 (contract 5); a `Retry-After`
/// longer than `longest_pause` is for the caller to wait, not for us.
/// `attempt` counts from 1.
std::optional<std::chrono::milliseconds>
pause_before_retry(const retry_policy& policy, int attempt,
                   const std::expected<http_response, lost_connection>& result);

} // namespace cloudpods::client
