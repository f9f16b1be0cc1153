#include "client/completion.hpp"

namespace cloudpods::client {

namespace {

/// In single quotes, as bash and zsh read them.
std::string quoted(std::string_view text) {
  std::string made = "'";
  for (const char c : text)
    made += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return made + '\'';
}

std::string fish_quoted(std::string_view text) {
  std::string made = "'";
  for (const char c : text)
    made += (c == '\'' || c == '\\' ? "\\" : "") + std::string{c};
  return made + '\'';
}

/// `" order"`, `"snapshot create"`: where one stands and the word that leads on.
std::vector<std::string> steps(const std::vector<place>& all) {
  std::vector<std::string> made;
  for (const auto& each : all)
    for (const auto& command : each.commands)
      made.push_back(each.path + ' ' + command.word);
  return made;
}

std::string joined(const std::vector<std::string>& texts, std::string_view between,
                   std::string (*quote)(std::string_view)) {
  std::string made;
  for (const auto& each : texts)
    made += (made.empty() ? "" : std::string{between}) + quote(each);
  return made;
}

/// All that can be typed at a place: commands, the words of a positional, options.
std::vector<candidate> candidates(const place& where) {
  auto made = where.commands;
  for (const auto& each : where.takes)
    if (!each.is_option())
      for (const auto word : words_of(each))
        made.push_back({std::string{word}, std::string{each.help}});
    else
      for (const auto spelling : spellings(each))
        made.push_back({std::string{spelling}, std::string{each.help}});
  return made;
}

/// A branch for each option with a value: `pattern` `action` `;;`.
std::string value_branches(const std::vector<place>& all, std::string_view open,
                           std::string (*action)(const parameter& option)) {
  std::string made;
  for (const auto& each : all)
    for (const auto& option : each.takes)
      if (option.is_option() && option.takes != form::flag)
        for (const auto spelling : spellings(option))
          made += "    " + std::string{open} + quoted(each.path + ':' + std::string{spelling}) +
                  ") " + action(option) + "; return ;;\n";
  return made;
}

std::string bash_action(const parameter& option) {
  if (option.takes == form::file)
    return "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$word\")";
  return "COMPREPLY=($(compgen -W " + quoted(option.words) + " -- \"$word\"))";
}

std::string zsh_action(const parameter& option) {
  if (option.takes == form::file)
    return "_files";
  if (option.takes == form::word)
    return "compadd -- " + std::string{option.words};
  return "_message " + quoted(option.help);
}

std::string fish_values(const parameter& option) {
  if (option.takes == form::flag)
    return " -f";
  if (option.takes == form::file)
    return " -r -F";
  return option.takes == form::word ? " -x -a " + fish_quoted(option.words) : " -x";
}

std::string fish_option(const std::string& start, const parameter& option) {
  std::string line = start + fish_values(option);
  for (const auto spelling : spellings(option))
    line += spelling.starts_with("--") ? " -l " + std::string{spelling.substr(2)}
                                       : " -s " + std::string{spelling.substr(1)};
  return line + " -d " + fish_quoted(option.help) + '\n';
}

} // namespace

std::string bash_completion(const std::vector<place>& all) {
  std::string made = "# bash completion of cloudpodsctl\n"
                     "_cloudpodsctl() {\n"
                     "  local word=${COMP_WORDS[COMP_CWORD]} at= i words=\n"
                     "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                     "    case \"$at ${COMP_WORDS[i]}\" in\n"
                     "    " +
                     joined(steps(all), "|", quoted) +
                     ") at=\"${at:+$at }${COMP_WORDS[i]}\" ;;\n"
                     "    esac\n"
                     "  done\n"
                     "  case \"$at:${COMP_WORDS[COMP_CWORD - 1]}\" in\n" +
                     value_branches(all, "", bash_action) +
                     "  esac\n"
                     "  case \"$at\" in\n";
  for (const auto& each : all) {
    std::string words;
    for (const auto& one : candidates(each))
      words += (words.empty() ? "" : " ") + one.word;
    made += "    " + quoted(each.path) + ") words=" + quoted(words) + " ;;\n";
  }
  return made + "  esac\n"
                "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                "}\n"
                "complete -F _cloudpodsctl cloudpodsctl\n";
}

std::string zsh_completion(const std::vector<place>& all) {
  // Not `path`: that is zsh's own $PATH.
  std::string made = "#compdef cloudpodsctl\n"
                     "_cloudpodsctl() {\n"
                     "  local at= i\n"
                     "  local -a found\n"
                     "  for ((i = 2; i < CURRENT; i++)); do\n"
                     "    case \"$at ${words[i]}\" in\n"
                     "    (" +
                     joined(steps(all), "|", quoted) +
                     ") at=\"${at:+$at }${words[i]}\" ;;\n"
                     "    esac\n"
                     "  done\n"
                     "  case \"$at:${words[CURRENT-1]}\" in\n" +
                     value_branches(all, "(", zsh_action) +
                     "  esac\n"
                     "  case \"$at\" in\n";
  for (const auto& each : all) {
    made += "    (" + quoted(each.path) + ") found=(";
    for (const auto& one : candidates(each))
      made += ' ' + quoted(one.word + ':' + one.help);
    made += " ) ;;\n";
  }
  return made + "  esac\n"
                "  _describe cloudpodsctl found\n"
                "}\n"
                "if [[ ${funcstack[1]} == _cloudpodsctl ]]; then\n"
                "  _cloudpodsctl \"$@\"\n"
                "else\n"
                "  compdef _cloudpodsctl cloudpodsctl\n"
                "fi\n";
}

std::string fish_completion(const std::vector<place>& all) {
  std::string made = "# fish completion of cloudpodsctl\n"
                     "function __cloudpodsctl_at\n"
                     "  set -l at ''\n"
                     "  set -l words (commandline -opc)\n"
                     "  for word in $words[2..-1]\n"
                     "    switch \"$at $word\"\n"
                     "      case " +
                     joined(steps(all), " ", fish_quoted) +
                     "\n"
                     "        set at (string trim -- \"$at $word\")\n"
                     "    end\n"
                     "  end\n"
                     "  test \"$at\" = \"$argv[1]\"\n"
                     "end\n"
                     "complete -c cloudpodsctl -f\n";
  for (const auto& each : all) {
    const auto start =
        "complete -c cloudpodsctl -n " + fish_quoted("__cloudpodsctl_at " + quoted(each.path));
    for (const auto& command : each.commands)
      made +=
          start + " -a " + fish_quoted(command.word) + " -d " + fish_quoted(command.help) + '\n';
    for (const auto& what : each.takes)
      if (what.is_option())
        made += fish_option(start, what);
      else if (what.takes == form::word)
        made += start + " -a " + fish_quoted(what.words) + '\n';
  }
  return made;
}

} // namespace cloudpods::client
