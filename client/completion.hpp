#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/command_table.hpp"

/// Scripts by which a shell completes `cloudpodsctl`'s words, made from the command table.
namespace cloudpods::client {

/// A word that may come next, and what it means.
struct candidate {
  std::string word;
  std::string help;
};

/// What may stand behind the words of a command.
struct place {
  explicit place(std::string words = {}) : path(std::move(words)) {}

  std::string path; ///< `snapshot create`; "": behind the program's name
  std::vector<candidate> commands;
  std::vector<parameter> takes; ///< its own, the shared and the global ones
};

/// Every place; the first is the one behind the program's name.
std::vector<place> places();

/// `--yes`, `-y`
std::vector<std::string_view> spellings(const parameter& option);

std::string bash_completion(const std::vector<place>& all);
std::string zsh_completion(const std::vector<place>& all);
std::string fish_completion(const std::vector<place>& all);

} // namespace cloudpods::client
