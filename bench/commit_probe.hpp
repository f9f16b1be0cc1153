#pragma once

#include <atomic>
#include <thread>
#include <vector>

namespace cloudpods::bench {

/// Beside another load: how long one durable row takes, one at a time, twenty times a second.
class commit_probe {
public:
  commit_probe();
  ~commit_probe();
  commit_probe(const commit_probe&) = delete;
  commit_probe& operator=(const commit_probe&) = delete;

  /// Ends it.
  std::vector<double> milliseconds();

private:
  void run();

  std::atomic<bool> stop_{false};
  std::vector<double> milliseconds_;
  std::thread thread_;
};

} // namespace cloudpods::bench
