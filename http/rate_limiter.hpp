#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

#include "domain/ids.hpp"

namespace cloudpods::http {

/// `[rate_limit]`; 0: off.
struct rate_settings {
  std::int64_t mutations_per_minute = 0;
  std::int64_t mutations_burst = 10;
  std::int64_t reads_per_second = 0;
};

/// What a request found in its tenant's bucket.
struct rate_verdict {
  bool applies = false; ///< a limit is set
  bool allowed = true;
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::chrono::seconds reset{0}; ///< until the bucket is full again
  std::chrono::seconds retry{0}; ///< until the next request is let in
};

/// Token buckets, two per tenant, shared by all io threads (contract 5).
class rate_limiter {
public:
  using clock = std::chrono::steady_clock;

  explicit rate_limiter(rate_settings settings) : settings_(settings) {}

  rate_verdict take(const domain::tenant_id& tenant, bool mutation, clock::time_point now);

private:
  using seconds = std::chrono::duration<double>;

  struct rate {
    double capacity = 0;
    double per_second = 0;
  };
  struct bucket {
    double tokens = 0;
    clock::time_point at;
  };

  [[nodiscard]] rate rate_of(bool mutation) const;
  static void refill(bucket& what, const rate& by, clock::time_point now);
  void forget_full(clock::time_point now);

  rate_settings settings_;
  std::mutex mutex_;
  std::unordered_map<std::string, bucket> buckets_; ///< guarded by `mutex_`
};

} // namespace cloudpods::http
