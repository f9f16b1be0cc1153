#include "client/retry.hpp"

#include <algorithm>

namespace cloudpods::client {

std::optional<std::chrono::milliseconds>
pause_before_retry(const retry_policy& policy, int attempt,
                   const std::expected<http_response, lost_connection>& result) {
  if (attempt >= policy.attempts)
    return std::nullopt;
  if (result && result->status != 503 && result->status != 429)
    return std::nullopt;
  if (result && result->retry_after)
    return *result->retry_after <= policy.longest_pause
               ? std::optional<std::chrono::milliseconds>{*result->retry_after}
               : std::nullopt;
  constexpr int most_doublings = 20;
  return std::min(policy.first_pause * (1 << std::min(attempt - 1, most_doublings)),
                  policy.longest_pause);
}

} // namespace cloudpods::client
