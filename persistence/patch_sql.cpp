#include "persistence/patch_sql.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace cloudpods::persistence {

namespace {

wire_type travels_as(column_type type) {
  switch (type) {
  case column_type::integer:
    return wire_type::integer;
  case column_type::boolean:
    return wire_type::boolean;
  case column_type::time:
    return wire_type::time;
  case column_type::text:
  case column_type::json:
  case column_type::address:
    return wire_type::text;
  }
  std::unreachable();
}

std::string_view cast_of(column_type type) {
  switch (type) {
  case column_type::json:
    return "::jsonb";
  case column_type::address:
    return "::inet";
  default:
    return "";
  }
}

/// Which rows are written first: those that leave a vmid, those that change, those that are made.
int rank_of(const row_patch& patch) {
  if (patch.presence != presence::existing)
    return 2;
  static const auto deleted_at = pods_table().index("deleted_at");
  const bool leaves = patch.of == &pods_table() &&
                      std::ranges::any_of(patch.entries, [](const row_patch::entry& each) {
                        return each.column == deleted_at;
                      });
  return leaves ? 0 : 1;
}

/// Patches with equal shapes share a statement.
using shape_key = std::tuple<int, std::string_view, presence, std::string>;

shape_key shape_of(const row_patch& patch) {
  std::string columns;
  for (const auto& each : patch.entries) {
    columns.push_back(static_cast<char>('!' + each.column));
    columns.push_back(static_cast<char>('0' + static_cast<int>(each.change.kind)));
  }
  if (patch.only)
    columns += static_cast<char>('!' + patch.only->column) + std::string{patch.only->word};
  return {rank_of(patch), patch.of->name, patch.presence, std::move(columns)};
}

using group = std::vector<const row_patch*>;

/// Writes the SQL for a group's shape, as its first patch has it.
class shape_sql {
public:
  explicit shape_sql(const row_patch& shape) : shape_(shape) {}

  [[nodiscard]] std::string update() const {
    std::string assignments;
    for (std::size_t i = 0; i < shape_.entries.size(); ++i)
      if (shape_.entries[i].change.kind != change_kind::initial)
        separated(assignments) += name(i) + " = " + changed(i);
    return "UPDATE " + std::string{shape_.of->name} + " t SET " + assignments + " FROM " + rows() +
           " WHERE t." + key() + " = u.k" + condition();
  }

  [[nodiscard]] std::string insert() const {
    std::string columns = key();
    std::string values = "u.k";
    std::string updates;
    for (std::size_t i = 0; i < shape_.entries.size(); ++i) {
      separated(columns) += name(i);
      separated(values) += given(i);
      if (shape_.entries[i].change.kind != change_kind::initial)
        separated(updates) += name(i) + " = EXCLUDED." + name(i);
    }
    auto sql = "INSERT INTO " + std::string{shape_.of->name} + " (" + columns + ") SELECT " +
               values + " FROM " + rows();
    if (shape_.presence == presence::made_or_reset)
      sql += " ON CONFLICT (" + key() + ") DO UPDATE SET " + updates;
    return sql;
  }

  [[nodiscard]] std::string ensure() const {
    return "INSERT INTO " + std::string{shape_.of->name} + " (" + key() +
           ") SELECT k FROM unnest($1) AS u(k) ON CONFLICT (" + key() + ") DO NOTHING";
  }

private:
  [[nodiscard]] const column& at(std::size_t i) const {
    return shape_.of->columns[shape_.entries[i].column];
  }
  [[nodiscard]] std::string condition() const {
    if (!shape_.only)
      return {};
    return " AND t." + std::string{shape_.of->columns[shape_.only->column].name} + " = '" +
           std::string{shape_.only->word} + "'";
  }
  [[nodiscard]] std::string key() const { return std::string{shape_.of->key}; }
  [[nodiscard]] std::string name(std::size_t i) const { return std::string{at(i).name}; }

  /// The value that the patch brings.
  [[nodiscard]] std::string given(std::size_t i) const {
    return "u.c" + std::to_string(i) + std::string{cast_of(at(i).type)};
  }

  /// The value that the column gets.
  [[nodiscard]] std::string changed(std::size_t i) const {
    switch (shape_.entries[i].change.kind) {
    case change_kind::set:
    case change_kind::initial:
      return given(i);
    case change_kind::add:
      return "t." + name(i) + " + " + given(i);
    case change_kind::append:
      return "t." + name(i) + " || " + given(i);
    case change_kind::clear_if:
      return "NULLIF(t." + name(i) + ", " + given(i) + ")";
    }
    std::unreachable();
  }

  [[nodiscard]] std::string rows() const {
    std::string places = "$1";
    std::string names = "k";
    for (std::size_t i = 0; i < shape_.entries.size(); ++i) {
      separated(places) += "$" + std::to_string(i + 2);
      separated(names) += "c" + std::to_string(i);
    }
    return "unnest(" + places + ") AS u(" + names + ")";
  }

  static std::string& separated(std::string& list) {
    if (!list.empty())
      list += ", ";
    return list;
  }

  const row_patch& shape_;
};

void push(array_parameter& array, const sql_value& value) {
  std::visit(
      [&](const auto& each) {
        if constexpr (std::is_same_v<std::decay_t<decltype(each)>, std::monostate>)
          array.push_null();
        else
          array.push(each);
      },
      value);
}

array_parameter keys_of(const group& rows) {
  array_parameter keys{wire_type::text};
  for (const auto* each : rows)
    keys.push(each->key);
  return keys;
}

parameters values_of(const group& rows) {
  parameters all;
  all.add(keys_of(rows));
  const auto& shape = *rows.front();
  for (std::size_t i = 0; i < shape.entries.size(); ++i) {
    array_parameter values{travels_as(shape.of->columns[shape.entries[i].column].type)};
    for (const auto* each : rows)
      push(values, each->entries[i].change.value);
    all.add(values);
  }
  return all;
}

void append_statements(const group& rows, std::vector<statement>& out) {
  const auto& shape = *rows.front();
  const shape_sql sql{shape};
  switch (shape.presence) {
  case presence::existing:
    out.push_back({sql.update(), values_of(rows)});
    break;
  case presence::made:
  case presence::made_or_reset:
    out.push_back({sql.insert(), values_of(rows)});
    break;
  case presence::ensured:
    out.push_back({sql.ensure(), {}});
    out.back().values.add(keys_of(rows));
    if (!shape.entries.empty())
      out.push_back({sql.update(), values_of(rows)});
    break;
  }
}

} // namespace

std::vector<statement> statements_of(std::span<const row_patch> patches) {
  std::map<shape_key, group> groups;
  for (const auto& each : patches)
    groups[shape_of(each)].push_back(&each);
  std::vector<statement> out;
  for (const auto& [shape, rows] : groups)
    append_statements(rows, out);
  return out;
}

} // namespace cloudpods::persistence
