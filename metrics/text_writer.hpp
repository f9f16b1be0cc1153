#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/family.hpp"

namespace cloudpods::metrics {

enum class kind { counter, gauge, histogram };

using label = std::pair<std::string_view, std::string_view>;

/// Writes metrics in the text format of Prometheus (0.0.4), one after the other.
class text_writer {
public:
  /// Begins a metric: its samples follow.
  void begin(const description& what, kind type);
  /// A sample of the metric that was begun. Label values may be any text.
  void sample(std::initializer_list<label> labels, std::int64_t value);
  void sample(std::initializer_list<label> labels, double value);

  void write(const family<counter>& all);
  void write(const family<histogram>& all);
  void write(const description& what, const histogram& one);

  /// What another writer has written.
  void append(std::string_view text) { text_ += text; }
  [[nodiscard]] std::string take() { return std::move(text_); }

private:
  void line(std::string_view suffix, std::span<const label> labels, std::string_view value);
  void buckets(std::span<const label> labels, const histogram& one);

  std::string text_;
  std::string_view name_;
};

} // namespace cloudpods::metrics
