#include "config/argv_template.hpp"

#include <algorithm>

#include "config/rules.hpp"
#include "config/suggestion.hpp"

namespace cloudpods::config {

namespace {

bool is_one_of(std::string_view name, const std::vector<std::string_view>& known) {
  return std::ranges::any_of(known, [&](std::string_view each) {
    if (!each.ends_with(":*"))
      return name == each;
    each.remove_suffix(1);
    return name.starts_with(each) && plain_word(name.substr(each.size())).empty();
  });
}

} // namespace

std::vector<std::string> placeholders(std::string_view argument) {
  std::vector<std::string> names;
  while (true) {
    const auto open = argument.find_first_of("{}");
    if (open == std::string_view::npos)
      return names;
    argument.remove_prefix(open);
    const auto close = argument.find_first_of("{}", 1);
    if (argument.front() == '}' || close == std::string_view::npos || argument[close] == '{') {
      names.emplace_back(argument.substr(0, 1));
      argument.remove_prefix(1);
      continue;
    }
    names.emplace_back(argument.substr(1, close - 1));
    argument.remove_prefix(close + 1);
  }
}

std::vector<std::string> template_problems(const std::vector<std::string>& argv,
                                           const std::vector<std::string_view>& known,
                                           std::string_view vital) {
  std::vector<std::string> problems;
  if (argv.empty() || argv.front().empty())
    return {"must begin with a program"};
  if (argv.front().contains('{'))
    problems.emplace_back("the program itself must not be a placeholder");
  bool has_vital = vital.empty();
  for (const auto& argument : argv) {
    if (argument.contains('\0') || argument.contains('\n'))
      problems.emplace_back("arguments must not hold line ends");
    for (const auto& name : placeholders(argument)) {
      has_vital = has_vital || name == vital;
      if (name == "{" || name == "}")
        problems.push_back("\"" + argument + "\" has a brace without its partner");
      else if (!is_one_of(name, known))
        problems.push_back("unknown placeholder {" + name + "}; known here are " +
                           quoted_list(known) + suggestion(name, known));
    }
  }
  if (!has_vital)
    problems.push_back("must name {" + std::string{vital} + "}");
  return problems;
}

} // namespace cloudpods::config
