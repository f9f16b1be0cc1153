#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/buffers_iterator.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

namespace cloudpods::http {

/// A socket under a WebSocket that gathers what is written and sends it in one go: many small
/// messages cost one system call. A write is complete once its bytes are gathered; past a bound it
/// waits for the peer to read, which is what makes a slow one slow.
class corked_stream {
public:
  using executor_type = boost::asio::any_io_executor;
  using error_code = boost::system::error_code;
  using written = boost::asio::any_completion_handler<void(error_code, std::size_t)>;

  explicit corked_stream(boost::asio::ip::tcp::socket socket);

  executor_type get_executor() { return pipe_->socket.get_executor(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return pipe_->socket.async_read_some(buffers, std::forward<Token>(token));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(error_code, std::size_t)>(
        [pipe = pipe_](auto handler, const Buffers& bytes) {
          pipe->gathered.append(boost::asio::buffers_begin(bytes), boost::asio::buffers_end(bytes));
          gathered(pipe, boost::asio::buffer_size(bytes), written{std::move(handler)});
        },
        token, buffers);
  }

  /// Sends what was gathered, then ends the connection; never waits for the peer.
  void close();

private:
  struct pipe {
    explicit pipe(boost::asio::ip::tcp::socket connected) : socket(std::move(connected)) {}

    boost::asio::ip::tcp::socket socket;
    std::string gathered;
    std::size_t sent = 0;      ///< of `gathered`
    std::size_t last_size = 0; ///< of `gathered`, when it was last looked at
    bool busy = false;         ///< a flush is posted or waits for the socket
    error_code fault;
    written held; ///< a write beyond the bound
    std::size_t held_size = 0;
  };
  using shared_pipe = std::shared_ptr<pipe>;

  static void gathered(const shared_pipe& to, std::size_t size, written handler);
  static void flush_later(const shared_pipe& to);
  static void flush(const shared_pipe& to);
  static void send(pipe& to);
  static void release(pipe& to);

  shared_pipe pipe_;
};

} // namespace cloudpods::http
