#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace cloudpods::bench {

/// The floor of the event stream: Beast alone, one thread, a coroutine a connection. Once `begin`
/// was called everybody is sent the same frames, one message each.
class broadcast_server {
public:
  explicit broadcast_server(std::vector<std::string> frames);
  ~broadcast_server();
  broadcast_server(const broadcast_server&) = delete;
  broadcast_server& operator=(const broadcast_server&) = delete;

  void begin();
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
  std::vector<std::string> frames_;
  boost::asio::io_context io_{1};
  boost::asio::steady_timer gate_{io_, boost::asio::steady_timer::time_point::max()};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

} // namespace cloudpods::bench
