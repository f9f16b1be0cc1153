#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

namespace cloudpods::test {

/// A client that sends and reads raw bytes; every wait ends after ten seconds.
class wire_client {
public:
  explicit wire_client(std::uint16_t port) : socket_(io_) {
    socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
  }

  void send(std::string_view bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }

  /// The next answer, head and body.
  std::string answer() {
    read_until([this] { return received_.find("\r\n\r\n") != std::string::npos; });
    const auto head = received_.find("\r\n\r\n") + 4;
    const auto at = received_.find("Content-Length: ");
    const auto length = at < head ? std::stoul(received_.substr(at + 16)) : 0;
    read_until([&] { return received_.size() >= head + length; });
    auto text = received_.substr(0, head + length);
    received_.erase(0, head + length);
    return text;
  }

  std::string ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }

  /// The next bytes, fewer where the connection ends before.
  std::string take(std::size_t count) {
    read_until([&] { return received_.size() >= count; });
    auto bytes = received_.substr(0, count);
    received_.erase(0, count);
    return bytes;
  }

  /// The next bytes up to and with `mark`, fewer where the connection ends before.
  std::string up_to(std::string_view mark) {
    read_until([&] { return received_.find(mark) != std::string::npos; });
    const auto found = received_.find(mark);
    return take(found == std::string::npos ? received_.size() : found + mark.size());
  }

  /// Everything up to the end of the connection.
  std::string rest() {
    read_until([] { return false; });
    return std::exchange(received_, {});
  }

  void close() { socket_.close(); }

private:
  template <class Done>
  void read_until(Done done) {
    while (!done()) {
      std::size_t count = 0;
      boost::system::error_code fault = boost::asio::error::timed_out;
      chunk_.resize(4096);
      socket_.async_read_some(boost::asio::buffer(chunk_), [&](auto why, std::size_t n) {
        fault = why;
        count = n;
      });
      io_.restart();
      io_.run_for(std::chrono::seconds{10});
      if (fault) {
        BOOST_TEST((fault != boost::asio::error::timed_out));
        return;
      }
      received_.append(chunk_, 0, count);
    }
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  std::string received_;
  std::string chunk_;
};

} // namespace cloudpods::test
