#include "client/event_stream.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace cloudpods::client {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;

constexpr std::chrono::seconds connect_limit{15};
constexpr std::size_t largest_message = 16 * 1024 * 1024;

/// One connection from name to close: each step starts the next, `run()` returns after the last.
class connection {
public:
  connection(const event_stream::where& to, const std::function<bool(const std::string&)>& take)
      : to_(to), take_(take) {}

  stream_end run() {
    resolver_.async_resolve(to_.server.host, to_.server.port, [this](auto error, auto found) {
      if (!ended(error))
        connect(std::move(found));
    });
    context_.run();
    return std::move(end_);
  }

private:
  bool ended(beast::error_code error) {
    if (!error)
      return false;
    context_.stop(); // the WebSocket's own timers would keep `run()` going
    end_.reason = error.message();
    if (error == websocket::error::closed) {
      end_.close_code = socket_.reason().code;
      end_.reason.assign(socket_.reason().reason.data(), socket_.reason().reason.size());
    } else if (error == websocket::error::upgrade_declined) {
      end_.http_status = static_cast<int>(answer_.result_int());
      end_.document = answer_.body();
    }
    return true;
  }

  void connect(asio::ip::tcp::resolver::results_type found) {
    beast::get_lowest_layer(socket_).expires_after(connect_limit);
    beast::get_lowest_layer(socket_).async_connect(found, [this](auto error, const auto&) {
      if (!ended(error))
        upgrade();
    });
  }

  void upgrade() {
    beast::get_lowest_layer(socket_).expires_never(); // the WebSocket has limits of its own
    socket_.set_option(websocket::stream_base::timeout{connect_limit, to_.silence, false});
    socket_.set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
      request.set(beast::http::field::user_agent, "cloudpodsctl");
      request.set(beast::http::field::sec_websocket_protocol, "cloudpods.events.v1");
      if (!to_.token.empty())
        request.set(beast::http::field::authorization, "Bearer " + to_.token);
      if (!to_.tenant.empty())
        request.set("X-Tenant-Id", to_.tenant);
    }));
    socket_.read_message_max(largest_message);
    socket_.async_handshake(answer_, to_.server.authority(), to_.server.prefix + to_.target,
                            [this](auto error) {
                              if (!ended(error))
                                read();
                            });
  }

  void read() {
    socket_.async_read(buffer_, [this](auto error, std::size_t) {
      if (ended(error))
        return;
      const auto message = beast::buffers_to_string(buffer_.data());
      buffer_.clear();
      if (take_(message))
        read();
      else
        socket_.async_close(websocket::close_code::normal, [this](auto) { context_.stop(); });
    });
  }

  const event_stream::where& to_;
  const std::function<bool(const std::string&)>& take_;
  asio::io_context context_{1};
  asio::ip::tcp::resolver resolver_{context_};
  websocket::stream<beast::tcp_stream> socket_{context_};
  websocket::response_type answer_;
  beast::flat_buffer buffer_;
  stream_end end_;
};

} // namespace

stream_end event_stream::run(const std::function<bool(const std::string&)>& take) {
  try {
    return connection{to_, take}.run();
  } catch (const std::exception& error) { // a header that Beast refuses to build
    return {0, 0, error.what(), {}};
  }
}

} // namespace cloudpods::client
