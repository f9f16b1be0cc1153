#include "client/table.hpp"

#include <algorithm>
#include <utility>

#include "client/text.hpp"

namespace cloudpods::client {

namespace {

using row = std::vector<std::string>;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.-%") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

/// A column of numbers only, empty cells and `-` apart.
bool is_numeric(const std::vector<row>& rows, std::size_t column) {
  bool any = false;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto& cell = rows[i][column];
    if (cell.empty() || cell == "-")
      continue;
    if (!is_number(cell) || std::ranges::count(cell, '.') > 1)
      return false;
    any = true;
  }
  return any;
}

} // namespace

table::table(std::vector<std::string> head) : rows_{std::move(head)} {}

void table::add(std::vector<std::string> row) {
  row.resize(rows_.front().size());
  for (auto& cell : row)
    cell = cell.empty() ? "-" : printable(cell);
  rows_.push_back(std::move(row));
}

void table::write(std::ostream& out) const {
  const auto count = rows_.front().size();
  std::vector<std::size_t> widths(count);
  std::vector<bool> right(count);
  for (std::size_t i = 0; i < count; ++i) {
    right[i] = is_numeric(rows_, i);
    for (const auto& each : rows_)
      widths[i] = std::max(widths[i], columns(each[i]));
  }
  for (const auto& each : rows_) {
    std::string line;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string blanks(widths[i] - columns(each[i]), ' ');
      line += (i > 0 ? "  " : "") + (right[i] ? blanks + each[i] : each[i] + blanks);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  }
}

void listing::add(std::string name, std::string value) {
  if (!value.empty())
    lines_.emplace_back(std::move(name), printable(value));
}

void listing::write(std::ostream& out) const {
  std::size_t width = 0;
  for (const auto& [name, value] : lines_)
    width = std::max(width, columns(name));
  for (const auto& [name, value] : lines_)
    out << "  " << name << std::string(width - columns(name) + 2, ' ') << value << '\n';
}

} // namespace cloudpods::client
