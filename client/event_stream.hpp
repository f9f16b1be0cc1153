#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "client/transport.hpp"
#include "client/url.hpp"

namespace cloudpods::client {

/// How a stream came to its end.
struct stream_end {
  int http_status = 0; ///< of a refused handshake; 0: it was accepted, or no answer came
  int close_code = 0;  ///< of the server's close frame; 0: it sent none
  std::string reason;
  std::string document; ///< the body of a refused handshake
};

/// One connection of the event stream (contract 9).
class event_stream {
public:
  struct where {
    server_url server;
    std::string target;
    std::string token;
    std::string tenant;
    std::chrono::seconds silence{30}; ///< heartbeats come every 5 s: longer than this is a loss
  };

  explicit event_stream(where to) : to_(std::move(to)) {}

  /// Connects and hands each message to `take` until that says false or the connection ends.
  stream_end run(const std::function<bool(const std::string& message)>& take);

private:
  where to_;
};

} // namespace cloudpods::client
