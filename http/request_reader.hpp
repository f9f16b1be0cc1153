#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "domain/problem.hpp"
#include "http/request.hpp"

namespace cloudpods::http {

struct reading_limits {
  std::size_t header_bytes = 16 * 1024; ///< contract 5: past it 431
  std::size_t body_bytes = 64 * 1024;   ///< past it 413
};

/// Turns the bytes of one connection into requests, without a socket: the caller puts bytes into
/// `space()`, says how many with `received()`, and asks `resume()` what there is.
class request_reader {
public:
  enum class progress {
    need_more, ///< the request is not whole yet
    complete,  ///< `message()` is a whole request
    refused,   ///< `refusal()` says why; nothing after it can be understood
  };

  explicit request_reader(reading_limits limits);
  ~request_reader();
  request_reader(const request_reader&) = delete;
  request_reader& operator=(const request_reader&) = delete;

  /// Where the next bytes go; never empty.
  [[nodiscard]] std::span<char> space();
  void received(std::size_t bytes);
  progress resume();
  /// Forgets the message that is complete, so that `resume()` looks for the next one.
  void next();

  /// Valid until `next()`; after a refusal, as much of it as was understood.
  [[nodiscard]] request& message();
  [[nodiscard]] const domain::problem& refusal() const;
  /// Some bytes of a request are here.
  [[nodiscard]] bool has_begun() const;
  [[nodiscard]] bool header_is_complete() const;
  /// The client waits for `100 Continue` before it sends the body; says so once.
  [[nodiscard]] bool must_say_continue();
  [[nodiscard]] bool keep_alive() const;
  /// The header of the message as it came, and everything that came after the message.
  [[nodiscard]] std::string take_raw();

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::http
