#pragma once

#include <chrono>
#include <functional>

#include "domain/instant.hpp"

namespace cloudpods::http {

/// Where the time of what requests are judged by comes from; tests move it by hand.
struct clocks {
  std::function<domain::instant()> wall = [] {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  };
  std::function<std::chrono::steady_clock::time_point()> steady = std::chrono::steady_clock::now;
};

} // namespace cloudpods::http
