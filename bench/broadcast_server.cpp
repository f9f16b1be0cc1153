#include "broadcast_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace cloudpods::bench {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

asio::awaitable<void> send_all(tcp::socket socket, asio::steady_timer& gate,
                               const std::vector<std::string>& frames) {
  socket.set_option(tcp::no_delay{true});
  websocket::stream<tcp::socket> peer{std::move(socket)};
  peer.auto_fragment(false);
  peer.text(true);
  const auto [refused] = co_await peer.async_accept(with_error);
  if (refused)
    co_return;
  co_await gate.async_wait(with_error);
  for (const auto& each : frames) {
    const auto [fault, count] = co_await peer.async_write(asio::buffer(each), with_error);
    if (fault)
      co_return;
  }
  // Whoever listens ends the connection.
  char none = 0;
  co_await peer.next_layer().async_read_some(asio::buffer(&none, 1), with_error);
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, asio::steady_timer& gate,
                             const std::vector<std::string>& frames) {
  for (;;) {
    auto [fault, socket] = co_await acceptor.async_accept(with_error);
    if (fault)
      co_return;
    asio::co_spawn(acceptor.get_executor(), send_all(std::move(socket), gate, frames),
                   asio::detached);
  }
}

} // namespace

broadcast_server::broadcast_server(std::vector<std::string> frames)
    : frames_(std::move(frames)), acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
  asio::co_spawn(io_, accept(acceptor_, gate_, frames_), asio::detached);
  thread_ = std::thread{[this] { io_.run(); }};
}

broadcast_server::~broadcast_server() {
  io_.stop();
  thread_.join();
}

void broadcast_server::begin() {
  // Open from here on: a peer may have its answer before its coroutine comes to the gate.
  asio::post(io_, [this] { gate_.expires_at(asio::steady_timer::time_point::min()); });
}

} // namespace cloudpods::bench
