#pragma once

#include <cstdint>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace cloudpods::bench {

/// The floor of the reads: Beast alone, one thread, one coroutine a connection, keep-alive, the
/// same answer to everything.
class bare_server {
public:
  explicit bare_server(std::string body);
  ~bare_server();
  bare_server(const bare_server&) = delete;
  bare_server& operator=(const bare_server&) = delete;

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
  std::string body_;
  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

} // namespace cloudpods::bench
