#include "config/fault.hpp"

namespace cloudpods::config {

std::string text(const fault& each, std::string_view file) {
  std::string line = each.where.variable.empty() ? std::string{file} : each.where.variable;
  if (each.where.line > 0)
    line += ':' + std::to_string(each.where.line);
  line += ": ";
  line += each.key;
  if (!each.value.empty())
    line += " = " + each.value;
  if (!each.key.empty())
    line += ": ";
  return line + each.sentence;
}

} // namespace cloudpods::config
