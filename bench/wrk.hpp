#pragma once

#include <cstdint>
#include <string>

namespace cloudpods::bench {

/// What wrk is to ask for, again and again, over 64 connections that stay.
struct wrk_load {
  std::uint16_t port = 0;
  std::string path = "/";
  std::string token = {}; ///< empty: none
  int seconds = 5;
};

struct wrk_report {
  double per_second = 0;
  double requests = 0;
  double p99_ms = 0;
};

/// @throws std::runtime_error where wrk is missing or an answer was not 2xx
wrk_report run_wrk(const wrk_load& load);

} // namespace cloudpods::bench
