#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/ids.hpp"

namespace cloudpods::ssh {

/// What a line must know of the node it runs on.
struct node_setting {
  domain::node_name node;
  std::string work_dir = ".cloudpods";
  bool sudo = true;
};

/// Where the bytes of `node_command::input` go.
enum class input_use {
  none,
  standard_input,
  file, ///< the argument at `input_argument` becomes the path of a file that holds them
};

/// One command for a node: words, and what it reads. Never shell text.
struct node_command {
  std::vector<std::string> argv;
  std::string input;
  input_use use = input_use::none;
  std::size_t input_argument = 0;
  bool is_long = false; ///< worth showing its output as it grows
};

} // namespace cloudpods::ssh
