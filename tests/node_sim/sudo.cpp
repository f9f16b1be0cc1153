#include "node_sim/commands.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"
#include "node_sim/waiting.hpp"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>

namespace cloudpods::node_sim {

namespace {

struct request {
  bool never_ask = false;
  bool lists = false;
  command_line command;
};

request read(const command_line& line) {
  request found;
  std::size_t next = 1;
  for (; next < line.size() && line[next].starts_with('-'); ++next) {
    const auto& word = line[next];
    if (word == "--") {
      ++next;
      break;
    }
    if (word == "-u" || word == "--user")
      ++next;
    else if (word == "-n" || word == "--non-interactive")
      found.never_ask = true;
    else if (word == "-l")
      found.lists = true;
    else if (word != "-E" && word != "-H" && word != "-S")
      throw failure{
          cat("sudo: invalid option -- '", word.substr(1), "'\nusage: sudo -h | -K | -k | -V"), 1};
  }
  for (; next < line.size() && line[next].find('=') != std::string::npos; ++next) {
    const auto equals = line[next].find('=');
    ::setenv(line[next].substr(0, equals).c_str(), line[next].substr(equals + 1).c_str(), 1);
  }
  found.command.assign(line.begin() + static_cast<long>(std::min(next, line.size())), line.end());
  if (found.command.empty() && !found.lists)
    throw failure{"usage: sudo -h | -K | -k | -V", 1};
  return found;
}

/// <root>/sudoers: a shell pattern for a whole command line on each line. Without the file all is
/// allowed. The line "!not-allowed" asks for the refusal that names the command.
void check_allowed(const request& wanted) {
  const auto rules = read_text(inside("sudoers"));
  if (!rules)
    return;
  const auto patterns = split(*rules, '\n');
  const auto line = join(wanted.command, " ");
  if (std::any_of(patterns.begin(), patterns.end(),
                  [&](const std::string& pattern) { return fits(pattern, line); }))
    return;
  if (std::find(patterns.begin(), patterns.end(), "!not-allowed") != patterns.end())
    throw failure{cat("Sorry, user ", setting("user", "mpanel-automation"),
                      " is not allowed to execute '", line, "' as root on ", node_name(), "."),
                  1};
  if (wanted.never_ask)
    throw failure{"sudo: a password is required", 1};
  throw failure{"sudo: a terminal is required to read the password; either use the -S option to "
                "read from standard input or configure an askpass helper\n"
                "sudo: a password is required",
                1};
}

/// What the account may run. Patterns stand there as they are: nobody but people reads them.
int list_rights() {
  const auto user = setting("user", "mpanel-automation");
  out(cat("Matching Defaults entries for ", user, " on ", node_name(), ":\n    !requiretty\n\n"));
  out(cat("User ", user, " may run the following commands on ", node_name(), ":\n"));
  const auto rules = read_text(inside("sudoers"));
  for (const auto& each : split(rules.value_or("ALL"), '\n'))
    if (!each.empty() && !each.starts_with('!'))
      out(cat("    (root) NOPASSWD: ", each == "ALL" ? "" : "/usr/sbin/", each, "\n"));
  flush();
  return 0;
}

} // namespace

int run_sudo(const command_line& line) {
  const auto wanted = read(line);
  if (wanted.lists)
    return list_rights();
  check_allowed(wanted);
  const auto program = wanted.command[0].substr(wanted.command[0].rfind('/') + 1);
  if (is_command(program))
    return run_command(wanted.command);
  flush();
  release_signals();
  std::vector<char*> words;
  for (const auto& word : wanted.command)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  throw failure{cat("sudo: ", wanted.command[0], ": command not found"), 1};
}

} // namespace cloudpods::node_sim
