#include "caller.hpp"

#include <stdexcept>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>

namespace cloudpods::bench {

namespace asio = boost::asio;

boost::json::value answer::json() const { return boost::json::parse(body); }

caller::caller(asio::io_context& io, std::uint16_t port, std::string token)
    : socket_(io), token_(std::move(token)) {
  socket_.connect({asio::ip::make_address("127.0.0.1"), port});
  socket_.set_option(asio::ip::tcp::no_delay{true});
}

asio::awaitable<answer> caller::get(std::string path) {
  return exchange("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token_ +
                  "\r\n\r\n");
}

asio::awaitable<answer> caller::post(std::string path, std::string body) {
  return exchange("POST " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token_ +
                  "\r\nContent-Type: application/json\r\nContent-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
}

asio::awaitable<answer> caller::exchange(std::string request) {
  co_await asio::async_write(socket_, asio::buffer(request), asio::use_awaitable);
  std::size_t head = 0;
  std::size_t whole = 0;
  while (whole == 0 || received_.size() < whole) {
    const auto before = received_.size();
    received_.resize(before + 16 * 1024);
    const auto count = co_await socket_.async_read_some(
        asio::buffer(received_.data() + before, 16 * 1024), asio::use_awaitable);
    received_.resize(before + count);
    const auto end = received_.find("\r\n\r\n");
    if (whole > 0 || end == std::string::npos)
      continue;
    head = end + 4;
    const auto length = received_.find("Content-Length: ");
    if (length > end)
      throw std::runtime_error{"an answer without a length: " + received_};
    whole = head + std::stoul(received_.substr(length + 16, 12));
  }
  answer got{std::stoi(received_.substr(9, 3)), received_.substr(head, whole - head)};
  received_.erase(0, whole);
  co_return got;
}

namespace {

answer once(asio::io_context& io, asio::awaitable<answer> what) {
  auto got = asio::co_spawn(io, std::move(what), asio::use_future);
  io.run();
  return got.get();
}

} // namespace

answer get_once(std::uint16_t port, const std::string& token, const std::string& path) {
  asio::io_context io;
  caller one{io, port, token};
  return once(io, one.get(path));
}

answer post_once(std::uint16_t port, const std::string& token, const std::string& path,
                 const std::string& body) {
  asio::io_context io;
  caller one{io, port, token};
  return once(io, one.post(path, body));
}

std::string order_body(const std::string& name) {
  return R"({"planCode":"starter","blueprint":"ubuntu-24-minimal","name":")" + name + R"("})";
}

} // namespace cloudpods::bench
