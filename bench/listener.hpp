#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace cloudpods::bench {

/// What many listeners count together.
struct tally {
  int listening = 0;           ///< have been let in
  std::int64_t deliveries = 0; ///< events that came
  std::int64_t bytes = 0;
  std::int64_t out_of_order = 0; ///< not the one after the one before
};

/// A WebSocket subscriber that reads frames of text, does as little as it can with each and looks
/// that the events' `tenantSeq` is 1, 2, 3, …
class listener {
public:
  listener(boost::asio::io_context& io, std::uint16_t port);

  /// Ends by `stop`.
  boost::asio::awaitable<void> run(std::string path, std::string token, tally& all);
  void stop();

private:
  boost::asio::awaitable<void> upgrade(const std::string& path, const std::string& token);
  boost::asio::awaitable<void> receive();
  bool take_frame(tally& all);
  void take_text(std::string_view text, tally& all);

  boost::asio::ip::tcp::socket socket_;
  std::string received_;
  std::size_t read_ = 0; ///< of `received_`
  std::int64_t last_ = 0;
};

} // namespace cloudpods::bench
