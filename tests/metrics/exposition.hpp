#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cloudpods::tests {

using label_set = std::map<std::string, std::string>;

/// One line of a metric: `name`, with a histogram's suffix.
struct exposed_sample {
  std::string name;
  label_set labels;
  double value = 0;
};

struct exposed_metric {
  std::string help;
  std::string type;
  std::vector<exposed_sample> samples;
};

/// A text of metrics, taken apart as strictly as the format (0.0.4) and promtool have it.
class exposition {
public:
  /// @throws std::runtime_error with the line, where the text breaks a rule: HELP and TYPE once
  /// before the samples, a metric's lines together, no sample twice, names and labels well-formed,
  /// buckets that rise up to `+Inf` and agree with their count, counters that end in `_total`
  explicit exposition(const std::string& text);

  /// Null where there is none of that name.
  [[nodiscard]] const exposed_metric* find(const std::string& name) const;
  /// The value of the sample with exactly these labels.
  [[nodiscard]] std::optional<double> value(const std::string& name,
                                            const label_set& labels = {}) const;
  [[nodiscard]] const std::map<std::string, exposed_metric>& all() const { return all_; }

private:
  void read(const std::string& line);
  void read_comment(const std::string& line);
  void read_sample(const std::string& line);
  void check_histograms() const;

  std::map<std::string, exposed_metric> all_;
  std::string current_;
};

} // namespace cloudpods::tests
