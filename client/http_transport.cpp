#include "client/http_transport.hpp"

#include <algorithm>
#include <charconv>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace cloudpods::client {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::uint64_t largest_answer = 64 * 1024 * 1024;

http::request<http::string_body> message_of(const http_request& request, const server_url& server) {
  http::request<http::string_body> message{http::string_to_verb(request.method),
                                           server.prefix + request.target, 11};
  message.set(http::field::host, server.authority());
  message.set(http::field::user_agent, "cloudpodsctl");
  message.set(http::field::accept, "application/json, application/problem+json");
  message.set(http::field::connection, "close");
  if (!request.body.empty())
    message.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : request.headers)
    message.set(name, value);
  message.body() = request.body;
  message.prepare_payload();
  return message;
}

std::optional<std::chrono::seconds> retry_after(beast::string_view text) {
  long seconds = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  return error == std::errc{} && stop == end && seconds >= 0
             ? std::optional{std::chrono::seconds{seconds}}
             : std::nullopt;
}

/// One exchange. Beast's timeouts hold for asynchronous calls only: each step starts the next one,
/// and `run()` returns when none is left.
class exchange {
public:
  exchange(const server_url& server, const http_request& request)
      : server_(server), message_(message_of(request, server)) {
    stream_.expires_after(request.limit);
    deadline_ = std::chrono::steady_clock::now() + request.limit;
    parser_.body_limit(largest_answer);
  }

  std::expected<http_response, lost_connection> run() {
    resolver_.async_resolve(server_.host, server_.port, [this](auto error, auto found) {
      if (!failed(error))
        connect(std::move(found));
    });
    context_.run_until(deadline_ + std::chrono::seconds{1});
    if (!done_ && !error_)
      error_ = beast::error::timeout;
    if (!done_)
      return std::unexpected(lost_connection{reason()});
    const auto& answer = parser_.get();
    return http_response{static_cast<int>(answer.result_int()), answer.body(),
                         retry_after(answer[http::field::retry_after])};
  }

private:
  bool failed(beast::error_code error) {
    error_ = error;
    return static_cast<bool>(error);
  }

  void connect(asio::ip::tcp::resolver::results_type found) {
    stream_.async_connect(found, [this](auto error, const auto&) {
      if (!failed(error))
        write();
    });
  }

  void write() {
    http::async_write(stream_, message_, [this](auto error, std::size_t) {
      if (!failed(error))
        read();
    });
  }

  void read() {
    http::async_read(stream_, buffer_, parser_,
                     [this](auto error, std::size_t) { done_ = !failed(error); });
  }

  [[nodiscard]] std::string reason() const {
    if (error_ == beast::error::timeout)
      return "no answer from " + server_.authority() + " in time";
    return server_.authority() + ": " + error_.message();
  }

  asio::io_context context_{1};
  asio::ip::tcp::resolver resolver_{context_};
  beast::tcp_stream stream_{context_};
  beast::flat_buffer buffer_;
  const server_url& server_;
  http::request<http::string_body> message_;
  http::response_parser<http::string_body> parser_;
  beast::error_code error_;
  std::chrono::steady_clock::time_point deadline_;
  bool done_ = false;
};

} // namespace

std::expected<http_response, lost_connection> http_transport::send(const http_request& request) {
  try {
    return exchange{server_, request}.run();
  } catch (const std::exception& error) { // a header that Beast refuses to build
    return std::unexpected(lost_connection{error.what()});
  }
}

} // namespace cloudpods::client
