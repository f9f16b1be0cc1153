#include "client/completion.hpp"

#include <algorithm>

#include "client/commands.hpp"

namespace cloudpods::client {

namespace {

place& place_at(std::vector<place>& all, std::string_view path) {
  const auto found = std::ranges::find(all, path, &place::path);
  return found != all.end() ? *found : all.emplace_back(std::string{path});
}

void add_command(place& where, std::string_view word, std::string_view help) {
  const auto is_known = [&](const candidate& each) { return each.word == word; };
  if (std::ranges::none_of(where.commands, is_known))
    where.commands.push_back({std::string{word}, std::string{help}});
}

void add_row(std::vector<place>& all, const command_row& row) {
  const auto blank = row.path.find(' ');
  const auto first = row.path.substr(0, blank);
  if (blank == std::string_view::npos)
    add_command(all.front(), first, row.help);
  else {
    add_command(all.front(), first, std::string{"More: "} + std::string{first} + " --help");
    add_command(place_at(all, first), row.path.substr(blank + 1), row.help);
  }
  auto& takes = place_at(all, row.path).takes;
  takes = row.takes;
  for (const auto& each : shared_parameters(row.does))
    takes.push_back(each);
}

} // namespace

std::vector<place> places() {
  std::vector<place> all(1);
  for (const auto& row : command_table())
    add_row(all, row);
  for (auto& each : all) {
    for (const auto& global : global_parameters())
      each.takes.push_back(global);
    each.takes.push_back({.name = "--help,-h", .help = "Show help", .takes = form::flag});
  }
  return all;
}

std::vector<std::string_view> spellings(const parameter& option) {
  const auto comma = option.name.find(',');
  if (comma == std::string_view::npos)
    return {option.name};
  return {option.name.substr(0, comma), option.name.substr(comma + 1)};
}

expected<void> run_completion(session& with, const arguments& given) {
  const auto shell = given.text("SHELL");
  const auto all = places();
  with.around.out << (shell == "bash"  ? bash_completion(all)
                      : shell == "zsh" ? zsh_completion(all)
                                       : fish_completion(all));
  return {};
}

} // namespace cloudpods::client
