#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cloudpods::client {

struct http_request {
  std::string method = "GET";
  std::string target;
  std::string body; ///< JSON; "": none
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::seconds limit{30}; ///< for all of it
};

struct http_response {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;
};

/// No answer came: it may have happened or not.
struct lost_connection {
  std::string reason;
};

/// Carries one request to the daemon and its answer back.
class transport {
public:
  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;
  virtual ~transport() = default;

  virtual std::expected<http_response, lost_connection> send(const http_request& request) = 0;
};

} // namespace cloudpods::client
