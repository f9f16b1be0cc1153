#include "http/rate_limiter.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace cloudpods::http {

namespace {

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

void rate_limiter::set(const rate_settings& settings) {
  const std::lock_guard guard(mutex_);
  settings_ = settings;
}

rate_verdict rate_limiter::take(const domain::tenant_id& tenant, bool mutation,
                                clock::time_point now) {
  const std::lock_guard guard(mutex_);
  const auto by = rate_of(mutation);
  if (by.per_second <= 0)
    return {};
  auto& mine = find((mutation ? "w " : "r ") + tenant.value, by, now);
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

/// The bucket, from now on the one that was used last; a new one is full.
rate_limiter::bucket& rate_limiter::find(std::string whose, const rate& by, clock::time_point now) {
  if (const auto known = by_name_.find(whose); known != by_name_.end()) {
    all_.splice(all_.end(), all_, known->second);
    return all_.back();
  }
  if (all_.size() >= most_) {
    by_name_.erase(all_.front().whose);
    all_.pop_front();
  }
  all_.push_back({std::move(whose), by.capacity, now});
  by_name_[all_.back().whose] = std::prev(all_.end());
  return all_.back();
}

} // namespace cloudpods::http
