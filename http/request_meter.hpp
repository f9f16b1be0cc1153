#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "http/router.hpp"
#include "metrics/meters.hpp"

namespace cloudpods::http {

/// Counts answers by method, route and status (contract 18). Belongs to one thread, and keeps what
/// it counts with at hand: no lock is taken but for the first answer of its kind.
class request_meter {
public:
  explicit request_meter(std::shared_ptr<metrics::meters> all) : all_(std::move(all)) {}

  /// `to` is null where the path is no route's.
  void note(verb method, const route* to, unsigned status,
            std::chrono::steady_clock::duration took);

private:
  struct line {
    metrics::histogram* durations = nullptr;
    std::vector<std::pair<unsigned, metrics::counter*>> by_status;
  };
  line& line_of(verb method, const route* to);
  metrics::counter& counter_of(line& of, verb method, const route* to, unsigned status);

  std::shared_ptr<metrics::meters> all_;
  std::map<std::pair<const route*, verb>, line> lines_;
};

} // namespace cloudpods::http
