#pragma once

#include <expected>
#include <string>

#include "client/command_table.hpp"

/// The words of the command line, as values.
namespace cloudpods::client {

struct invocation {
  common_options common;
  const command_row* what = nullptr;
  arguments given;
};

/// Nothing to be done: help was asked for (0), or the words make no sense (2).
struct early_end {
  int exit_code = 0;
  std::string text;
};

/// The command that the words name, with its values; they keep to its row.
std::expected<invocation, early_end> parse_arguments(int count, const char* const* arguments);

} // namespace cloudpods::client
