#pragma once

#include "client/api.hpp"
#include "client/arguments.hpp"
#include "client/console.hpp"
#include "client/failure.hpp"
#include "client/url.hpp"

namespace cloudpods::client {

/// What a command works with.
struct session {
  api& daemon;
  const console& around;
  const common_options& flags;
  const server_url& server;
  std::string token;

  /// Prints a document as one line of JSON.
  void print(const json::value& document) const;
};

} // namespace cloudpods::client
