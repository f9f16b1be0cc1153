#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace cloudpods::bench {

using steady = std::chrono::steady_clock;

inline double seconds_since(steady::time_point then) {
  return std::chrono::duration<double>(steady::now() - then).count();
}

inline double milliseconds_since(steady::time_point then) { return 1000 * seconds_since(then); }

/// The value that `share` of all are not above; 0 of none.
inline double percentile(std::vector<double> values, double share) {
  if (values.empty())
    return 0;
  std::ranges::sort(values);
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values[std::min(place, values.size() - 1)];
}

inline double median(std::vector<double> values) { return percentile(std::move(values), 0.5); }

/// A number as people read it: `12,345`, `1.23`.
std::string text(double value, int decimals = 0);

/// One line of the table.
struct figure {
  std::string what;
  std::string ours;
  std::string floor;
  std::string ratio;
  std::string bar;
};

using figures = std::vector<figure>;

std::string markdown(const figures& rows);

/// How much is asked: a whole run, or just enough to see that everything still works.
struct amounts {
  bool is_smoke = false;

  [[nodiscard]] int of(int whole, int smoke) const { return is_smoke ? smoke : whole; }
};

} // namespace cloudpods::bench
