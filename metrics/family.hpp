#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "metrics/instruments.hpp"

namespace cloudpods::metrics {

/// What a metric is called and what it tells.
struct description {
  std::string_view name;
  std::string_view help;
};

/// Instruments of one name, one for each set of values of its labels.
template <class Instrument>
class family {
public:
  using values = std::vector<std::string>;

  /// `bounds` are a histogram's.
  family(description what, std::initializer_list<std::string_view> labels,
         std::span<const double> bounds = {})
      : what_(what), labels_(labels), bounds_(bounds) {}

  /// The instrument of these values, in the order of the labels; it stays where it is as long as
  /// the family lives, so callers may keep it.
  Instrument& of(const values& labels) {
    const std::lock_guard guard(mutex_);
    auto& found = all_[labels];
    if (!found)
      found = make();
    return *found;
  }

  /// Calls `use(values, instrument)` for each that was asked for, in order of the values.
  template <class Use>
  void each(Use use) const {
    const std::lock_guard guard(mutex_);
    for (const auto& [labels, instrument] : all_)
      use(labels, *instrument);
  }

  [[nodiscard]] const description& what() const { return what_; }
  [[nodiscard]] const std::vector<std::string_view>& labels() const { return labels_; }

private:
  std::unique_ptr<Instrument> make() const {
    if constexpr (std::is_same_v<Instrument, histogram>)
      return std::make_unique<Instrument>(bounds_);
    else
      return std::make_unique<Instrument>();
  }

  description what_;
  std::vector<std::string_view> labels_;
  std::span<const double> bounds_;
  mutable std::mutex mutex_;
  std::map<values, std::unique_ptr<Instrument>> all_; ///< guarded by `mutex_`
};

} // namespace cloudpods::metrics
