#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/fault.hpp"

namespace cloudpods::config {

struct entry;

/// A value of the file, or a text of the environment, and where it stands.
struct node {
  using list = std::vector<node>;
  using table = std::vector<entry>;
  struct unusable {}; ///< dates and times: no key takes one

  place where;
  std::variant<unusable, std::string, std::int64_t, double, bool, list, table> held;

  // Each gives nothing where the value is of another type. A text of the environment is read as the
  // type that is asked for; a list as `a,b` or, where a part holds a comma, `["a", "b,c"]`.

  [[nodiscard]] std::optional<std::int64_t> whole() const;
  [[nodiscard]] std::optional<double> number() const;
  [[nodiscard]] std::optional<bool> flag() const;
  [[nodiscard]] std::optional<std::string> text() const;
  [[nodiscard]] std::optional<std::vector<std::string>> texts() const;
  [[nodiscard]] const list* as_list() const { return std::get_if<list>(&held); }
  [[nodiscard]] const table* as_table() const { return std::get_if<table>(&held); }

  /// As a person would write it, cut to a line.
  [[nodiscard]] std::string shown() const;
};

struct entry {
  std::string name;
  node value;
};

/// The entry of that name, or null.
const node* find(const node::table& table, std::string_view name);

/// The tree of a TOML text, or where and why it is none.
std::expected<node, fault> parse_toml(std::string_view text);

} // namespace cloudpods::config
