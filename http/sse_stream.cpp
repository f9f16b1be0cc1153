#include "http/open_stream.hpp"

#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "http/corked_stream.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

/// One coroutine sends; another only notices that the peer has gone.
class sse_stream final : public open_stream {
public:
  sse_stream(tcp::socket socket, std::shared_ptr<void> connection, stream_admission admission,
             std::shared_ptr<stream_home> home)
      : open_stream(socket.get_executor(), std::move(connection), std::move(admission),
                    std::move(home)),
        socket_(std::move(socket)) {}

  static asio::awaitable<void> run(std::shared_ptr<sse_stream> self) {
    asio::co_spawn(self->socket_.get_executor(), watch(self), asio::detached);
    self->subscribe(*self->admission().at_once);
    co_await self->pump();
    if (!self->gone_)
      co_await self->say_goodbye();
    self->socket_.close();
  }

  /// What the peer does not acknowledge is the kernel's to judge; there is always a heartbeat.
  void expire(clock::time_point) override {}

private:
  static asio::awaitable<void> watch(std::shared_ptr<sse_stream> self) {
    std::array<char, 512> unread{};
    while (!self->gone_) {
      const auto [fault, count] =
          co_await self->socket_.async_read_some(asio::buffer(unread), with_error);
      self->gone_ = self->gone_ || fault;
    }
    self->wake();
  }

  asio::awaitable<void> send(subscriber::message text, std::int64_t seq) override {
    auto frame = seq > 0 ? "id: " + std::to_string(seq) + "\n" : std::string{};
    frame.append("data: ").append(*text).append("\n\n");
    const auto [fault, count] =
        co_await asio::async_write(socket_, asio::buffer(frame), with_error);
    gone_ = gone_ || fault;
  }

  asio::awaitable<void> say_goodbye() {
    wire::json_writer out{128};
    out.begin_object()
        .field("type", "closed")
        .field("code", static_cast<int>(ended()->code))
        .field("reason", ended()->reason)
        .end_object();
    auto text = std::make_shared<const std::string>(out.take());
    co_await send(std::move(text), 0);
  }

  corked_stream socket_;
};

} // namespace

void run_sse_stream(tcp::socket socket, std::shared_ptr<void> connection,
                    stream_admission admission, std::shared_ptr<stream_home> home) {
  const auto silence = static_cast<unsigned>(home->settings.silence.count());
  (void)::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &silence,
                     sizeof silence);
  const auto executor = socket.get_executor();
  auto made = std::make_shared<sse_stream>(std::move(socket), std::move(connection),
                                           std::move(admission), std::move(home));
  asio::co_spawn(executor, sse_stream::run(std::move(made)), asio::detached);
}

} // namespace cloudpods::http
