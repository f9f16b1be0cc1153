#include <algorithm>

#include "ssh/answer.hpp"
#include "ssh/node_text.hpp"

namespace cloudpods::ssh {

namespace {

/// `NOPASSWD:`, `SETENV:`, … stand before a command.
std::string_view without_tags(std::string_view command) {
  for (;;) {
    const auto end = command.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    if (end == 0 || end == std::string_view::npos || command[end] != ':')
      return command;
    command = trimmed(command.substr(end + 1));
  }
}

/// `\,` is a comma of the command, `,` the end of it.
std::vector<std::string> commands_in(std::string_view list) {
  std::vector<std::string> found(1);
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (list[at] == '\\' && at + 1 < list.size() &&
        std::string_view{",:=\\"}.contains(list[at + 1]))
      found.back() += list[++at];
    else if (list[at] == ',')
      found.emplace_back();
    else
      found.back() += list[at];
  }
  return found;
}

} // namespace

domain::sudo_rights parse_sudo_rights(std::string_view listing) {
  domain::sudo_rights rights;
  for (const auto line : lines_of(listing)) {
    const auto rule = trimmed(line);
    const auto end = rule.find(')');
    // `(root) NOPASSWD: /usr/sbin/qm, …`; everything else is about settings, or noise.
    if (!rule.starts_with('(') || end == std::string_view::npos)
      continue;
    for (const auto& each : commands_in(rule.substr(end + 1))) {
      const auto command = without_tags(trimmed(each));
      if (command == "ALL")
        rights.all = true;
      else if (command.starts_with('/'))
        rights.commands.emplace_back(command);
    }
  }
  return rights;
}

domain::attempt_list parse_attempts(std::string_view paths) {
  domain::attempt_list list;
  for (const auto line : lines_of(paths)) {
    const auto name = line.substr(line.rfind('/') + 1);
    const auto end = name.find('.');
    if (!name.starts_with("q-") || end == std::string_view::npos)
      continue;
    domain::item_id item{std::string{name.substr(0, end)}};
    if (std::ranges::find(list.items, item) == list.items.end())
      list.items.push_back(std::move(item));
  }
  return list;
}

} // namespace cloudpods::ssh
