#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace cloudpods::actors {

/// Stands before each field in a line for the log; no text of ours holds it.
inline constexpr char log_field_mark = '\x1e';
/// Stands between a field's name and its value.
inline constexpr char log_value_mark = '\x1f';

/// A line for the operator's log (contract 18): a fixed id (`node-down`) with a sentence, and
/// fields such as `node`, `podId`, that the formatter keeps apart.
inline std::string
log_line(std::string_view id, std::string_view sentence,
         std::initializer_list<std::pair<std::string_view, std::string_view>> fields = {}) {
  std::string line{id};
  if (!sentence.empty())
    line.append(": ").append(sentence);
  for (const auto& [name, value] : fields) {
    line += log_field_mark;
    line += name;
    line += log_value_mark;
    line += value;
  }
  return line;
}

} // namespace cloudpods::actors
