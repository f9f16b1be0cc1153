#include "bare_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace cloudpods::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> answer(tcp::socket socket, const std::string& body) {
  socket.set_option(tcp::no_delay{true});
  boost::beast::flat_buffer bytes;
  for (;;) {
    http::request<http::string_body> asked;
    const auto [unread, size] = co_await http::async_read(socket, bytes, asked, with_error);
    if (unread)
      co_return;
    http::response<http::string_body> reply{http::status::ok, asked.version()};
    reply.set(http::field::content_type, "application/json");
    reply.keep_alive(asked.keep_alive());
    reply.body() = body;
    reply.prepare_payload();
    const auto [unsent, sent] = co_await http::async_write(socket, reply, with_error);
    if (unsent || !asked.keep_alive())
      co_return;
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, const std::string& body) {
  for (;;) {
    auto [fault, socket] = co_await acceptor.async_accept(with_error);
    if (fault)
      co_return;
    asio::co_spawn(acceptor.get_executor(), answer(std::move(socket), body), asio::detached);
  }
}

} // namespace

bare_server::bare_server(std::string body)
    : body_(std::move(body)), acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
  asio::co_spawn(io_, accept(acceptor_, body_), asio::detached);
  thread_ = std::thread{[this] { io_.run(); }};
}

bare_server::~bare_server() {
  io_.stop();
  thread_.join();
}

} // namespace cloudpods::bench
