#include "listener.hpp"

#include <charconv>
#include <stdexcept>

#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace cloudpods::bench {

namespace asio = boost::asio;

namespace {

constexpr std::size_t piece = 16 * 1024;
constexpr unsigned text_frame = 1;

} // namespace

listener::listener(asio::io_context& io, std::uint16_t port) : socket_(io) {
  socket_.connect({asio::ip::make_address("127.0.0.1"), port});
}

void listener::stop() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<void> listener::receive() {
  received_.erase(0, std::exchange(read_, 0));
  const auto before = received_.size();
  received_.resize(before + piece);
  const auto count = co_await socket_.async_read_some(
      asio::buffer(received_.data() + before, piece), asio::use_awaitable);
  received_.resize(before + count);
}

asio::awaitable<void> listener::upgrade(const std::string& path, const std::string& token) {
  const auto request = "GET " + path +
                       " HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                       "dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " +
                       token + "\r\n\r\n";
  co_await asio::async_write(socket_, asio::buffer(request), asio::use_awaitable);
  while (received_.find("\r\n\r\n") == std::string::npos)
    co_await receive();
  if (!received_.starts_with("HTTP/1.1 101"))
    throw std::runtime_error{"no event stream: " + received_};
  read_ = received_.find("\r\n\r\n") + 4;
}

asio::awaitable<void> listener::run(std::string path, std::string token, tally& all) {
  co_await upgrade(path, token);
  ++all.listening;
  try {
    for (;;)
      if (!take_frame(all))
        co_await receive();
  } catch (const boost::system::system_error&) {
    // It was stopped.
  }
}

/// A server's frame is not masked: two bytes, then perhaps a longer length, then its bytes.
bool listener::take_frame(tally& all) {
  const auto rest = std::string_view{received_}.substr(read_);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
  if (rest.size() < 4)
    return false;
  std::size_t head = 2;
  std::size_t size = byte(1) & 127U;
  if (size == 127)
    throw std::runtime_error{"a frame longer than any event"};
  if (size == 126) {
    head = 4;
    size = (std::size_t{byte(2)} << 8U) | byte(3);
  }
  if (rest.size() < head + size)
    return false;
  if ((byte(0) & 15U) == text_frame)
    take_text(rest.substr(head, size), all);
  read_ += head + size;
  return true;
}

void listener::take_text(std::string_view text, tally& all) {
  constexpr std::string_view event = R"({"type":"event",)";
  if (!text.starts_with(event))
    return;
  constexpr std::string_view number = R"("tenantSeq":)";
  const auto at = text.find(number);
  std::int64_t seq = 0;
  std::from_chars(text.data() + at + number.size(), text.data() + text.size(), seq);
  if (seq != ++last_)
    ++all.out_of_order;
  last_ = seq;
  ++all.deliveries;
  all.bytes += static_cast<std::int64_t>(text.size());
}

} // namespace cloudpods::bench
