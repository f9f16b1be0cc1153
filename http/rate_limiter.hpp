#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
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

/// Token buckets, two per tenant, shared by all io threads (contract 5). Bounded: past `most` the
/// bucket that nobody has asked for longest is forgotten, as it has refilled most.
class rate_limiter {
public:
  using clock = std::chrono::steady_clock;

  explicit rate_limiter(rate_settings settings, std::size_t most = 20'000)
      : settings_(settings), most_(most) {}

  rate_verdict take(const domain::tenant_id& tenant, bool mutation, clock::time_point now);
  /// From now on these hold; what a bucket has stays, up to what it may have.
  void set(const rate_settings& settings);

private:
  using seconds = std::chrono::duration<double>;

  struct rate {
    double capacity = 0;
    double per_second = 0;
  };
  struct bucket {
    std::string whose;
    double tokens = 0;
    clock::time_point at;
  };
  using buckets = std::list<bucket>;

  [[nodiscard]] rate rate_of(bool mutation) const;
  static void refill(bucket& what, const rate& by, clock::time_point now);
  bucket& find(std::string whose, const rate& by, clock::time_point now);

  rate_settings settings_; ///< guarded by `mutex_`
  std::size_t most_;
  std::mutex mutex_;
  buckets all_; ///< the longest unused first; guarded by `mutex_`, as is `by_name_`
  std::unordered_map<std::string, buckets::iterator> by_name_;
};

} // namespace cloudpods::http
