#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <istream>
#include <ostream>
#include <string>

#include "client/time_text.hpp"

namespace cloudpods::client {

/// What surrounds a command: streams, the clock and chance, handed in so that tests can hold them.
struct console {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool can_ask = false;                                    ///< somebody sits before `in`
  bool shows_bar = false;                                  ///< `err` is a terminal
  std::size_t width = 80;                                  ///< of the terminal
  std::function<std::string(const std::string&)> variable; ///< "" where it is not set
  std::function<time_point()> now;
  std::function<void(std::chrono::milliseconds)> sleep;
  std::function<std::string()> make_key; ///< a new `Idempotency-Key`
};

} // namespace cloudpods::client
