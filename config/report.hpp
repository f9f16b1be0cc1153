#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "config/fault.hpp"

namespace cloudpods::config {

/// Gathers what is wrong, and remembers where each key that was read stands, so that a rule over
/// several sections can name the line too.
class report {
public:
  /// Notes that `key` is set, and where.
  void found(const std::string& key, const place& where);

  /// Whether the file or the environment sets `key`; false means that its default holds.
  [[nodiscard]] bool sets(std::string_view key) const;

  /// Adds a fault of `key`; its place is the key's, or that of the nearest table around it.
  void add(std::string key, std::string value, std::string sentence);
  void add(fault each) { faults_.push_back(std::move(each)); }

  /// Where `key` is set; where the nearest table around it stands, if it is not.
  [[nodiscard]] place of(std::string_view key) const;

  /// Where `key` is set, for sentences: `line 12`, the variable, or `its default`.
  [[nodiscard]] std::string where(std::string_view key) const;

  /// All faults, in the order of the file, those of the environment last.
  [[nodiscard]] std::vector<fault> take();

private:
  std::map<std::string, place, std::less<>> places_;
  std::vector<fault> faults_;
};

} // namespace cloudpods::config
