#pragma once

#include <chrono>
#include <string>

#include "config/settings.hpp"

// The programs of contract 2 that end by themselves. Each returns the exit code: 0 done, 1 it
// failed (the reason on standard error), 2 wrong usage.

namespace cloudpods::daemon {

int migrate(const config::settings& settings);
int verify_log(const config::settings& settings);
int rebuild(const config::settings& settings);

struct token_wish {
  std::string tenant;
  std::string user;
  std::string role;
  std::string scope;
  std::chrono::seconds ttl{3600};
};

/// Prints a token, where an HS256 secret is configured; 2 for one that would give no right.
int token(const config::settings& settings, const token_wish& wish);

} // namespace cloudpods::daemon
