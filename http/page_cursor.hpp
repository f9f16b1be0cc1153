#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cloudpods::http {

/// Makes the `cursor`s of lists: opaque, and refused where they were made by anybody else or for
/// another list or tenant (contract 5).
class page_cursor {
public:
  explicit page_cursor(std::string key) : key_(std::move(key)) {}

  /// `scope` names the list and whose it is, `position` where the next page begins.
  [[nodiscard]] std::string seal(std::string_view scope, std::string_view position) const;
  [[nodiscard]] std::optional<std::string> open(std::string_view scope,
                                                std::string_view cursor) const;

private:
  [[nodiscard]] std::string mark(std::string_view scope, std::string_view position) const;

  std::string key_;
};

} // namespace cloudpods::http
