#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "samples.hpp"

namespace cloudpods::persistence {

/// Makes up decisions that could be a cloud's: tenants come, pods are ordered, built, fail, are
/// live, are retried and destroyed, side by side.
class random_history {
public:
  explicit random_history(std::uint64_t seed, int tenants = 3) : engine_(seed), tenants_(tenants) {}

  /// The next one to `most` decisions, in order.
  std::vector<decision> next(int most);

  [[nodiscard]] std::vector<std::string> tenants() const;

private:
  enum class life { ordered, building, built, failed, cleaning, gone };

  struct pod_life {
    samples::subject subject;
    life at = life::ordered;
    domain::resources size{1, 2, 1024, 30};
    int happened = 0;
  };

  int below(int bound) { return std::uniform_int_distribution<int>{0, bound - 1}(engine_); }
  decision one();
  decision order();
  decision advance(pod_life& pod);

  std::mt19937_64 engine_;
  int tenants_;
  int tenants_made_ = 0;
  int said_ = 0;
  std::vector<pod_life> pods_;
};

} // namespace cloudpods::persistence
