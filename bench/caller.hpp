#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/value.hpp>

namespace cloudpods::bench {

struct answer {
  int status = 0;
  std::string body;

  [[nodiscard]] boost::json::value json() const;
};

/// One keep-alive connection to a daemon. Does as little as it can: it shares two cores with what
/// it measures.
class caller {
public:
  caller(boost::asio::io_context& io, std::uint16_t port, std::string token);

  boost::asio::awaitable<answer> get(std::string path);
  boost::asio::awaitable<answer> post(std::string path, std::string body);

private:
  boost::asio::awaitable<answer> exchange(std::string request);

  boost::asio::ip::tcp::socket socket_;
  std::string token_;
  std::string received_;
};

/// One request on a connection of its own, waited for.
answer get_once(std::uint16_t port, const std::string& token, const std::string& path);
answer post_once(std::uint16_t port, const std::string& token, const std::string& path,
                 const std::string& body);

/// The body of an order that no other order equals.
std::string order_body(const std::string& name);

} // namespace cloudpods::bench
