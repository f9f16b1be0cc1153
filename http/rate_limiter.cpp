#include "http/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace cloudpods::http {

namespace {

constexpr std::size_t most_buckets = 20'000;

std::chrono::seconds rounded_up(double seconds) {
  return std::chrono::seconds{static_cast<std::int64_t>(std::ceil(std::max(seconds, 0.0)))};
}

} // namespace

rate_limiter::rate rate_limiter::rate_of(bool mutation) const {
  if (mutation)
    return {static_cast<double>(std::max<std::int64_t>(settings_.mutations_burst, 1)),
            static_cast<double>(settings_.mutations_per_minute) / 60.0};
  return {static_cast<double>(settings_.reads_per_second),
          static_cast<double>(settings_.reads_per_second)};
}

void rate_limiter::refill(bucket& what, const rate& by, clock::time_point now) {
  const auto gained = seconds{now - what.at}.count() * by.per_second;
  what.tokens = std::min(by.capacity, what.tokens + std::max(gained, 0.0));
  what.at = now;
}

rate_verdict rate_limiter::take(const domain::tenant_id& tenant, bool mutation,
                                clock::time_point now) {
  const auto by = rate_of(mutation);
  if (by.per_second <= 0)
    return {};
  const std::lock_guard guard(mutex_);
  if (buckets_.size() > most_buckets)
    forget_full(now);
  auto& mine =
      buckets_.try_emplace((mutation ? "w " : "r ") + tenant.value, bucket{by.capacity, now})
          .first->second;
  refill(mine, by, now);
  rate_verdict verdict{true, mine.tokens >= 1, static_cast<std::int64_t>(by.capacity), 0, {}, {}};
  if (verdict.allowed)
    mine.tokens -= 1;
  else
    verdict.retry =
        std::max(rounded_up((1 - mine.tokens) / by.per_second), std::chrono::seconds{1});
  verdict.remaining = static_cast<std::int64_t>(mine.tokens);
  verdict.reset = rounded_up((by.capacity - mine.tokens) / by.per_second);
  return verdict;
}

/// A bucket that is full again says nothing that a new one would not.
void rate_limiter::forget_full(clock::time_point now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    const auto by = rate_of(entry.first.front() == 'w');
    auto content = entry.second;
    refill(content, by, now);
    return content.tokens >= by.capacity;
  });
}

} // namespace cloudpods::http
