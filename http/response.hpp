#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace cloudpods::http {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view problem_type = "application/problem+json";

/// One header of an answer; names are literals.
struct header {
  std::string_view name;
  std::string value;
};

/// A document that was rendered once and is sent many times.
using shared_text = std::shared_ptr<const std::string>;

/// Takes a connection over for another protocol: its socket, what was read of it from the
/// request's header on, and its place among the connections.
using takeover =
    std::function<void(boost::asio::ip::tcp::socket, std::string, std::shared_ptr<void>)>;

/// One answer. Content-Length, Connection and the headers of every answer are the session's.
struct response {
  unsigned status = 200;
  std::string_view content_type = json_type;
  std::string body;
  shared_text document; ///< stands in for `body` where set
  std::vector<header> headers;
  bool cacheable = false; ///< false: `Cache-Control: no-store` (contract 5)
  bool close = false;     ///< the connection ends with this answer
  /// The body has no length: it goes on until the connection ends, written by who takes it over.
  bool open_ended = false;
  takeover upgrade; ///< where set, the connection changes hands; no more than a head is written

  response() = default;
  response(unsigned number, std::string text) : status(number), body(std::move(text)) {}
  explicit response(shared_text text) : document(std::move(text)), cacheable(true) {}

  void set(std::string_view name, std::string value) {
    headers.push_back(header{name, std::move(value)});
  }
  [[nodiscard]] std::string_view content() const { return document ? *document : body; }
};

/// Appends the answer's bytes to `out`; without the body where `head_only`.
void write(std::string& out, const response& answer, bool head_only, bool keep_alive);

} // namespace cloudpods::http
