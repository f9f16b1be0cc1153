#include "client/scripted_server.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace cloudpods::client {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using request = http::request<http::string_body>;

seen_request seen(const request& from) {
  seen_request made{std::string{from.method_string()}, std::string{from.target()}, from.body(), {}};
  for (const auto& field : from) {
    std::string name{field.name_string()};
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    made.headers[name] = std::string{field.value()};
  }
  return made;
}

void answer(tcp::socket& socket, const step& todo) {
  http::response<http::string_body> response{
      http::int_to_status(static_cast<unsigned>(todo.status)), 11};
  for (const auto& [name, value] : todo.headers)
    response.set(name, value);
  response.body() = todo.body;
  response.prepare_payload();
  beast::error_code ignored;
  http::write(socket, response, ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void stream(tcp::socket socket, const request& upgrade, const step& todo) {
  beast::websocket::stream<tcp::socket> peer{std::move(socket)};
  peer.set_option(
      beast::websocket::stream_base::decorator([](beast::websocket::response_type& response) {
        response.set(http::field::sec_websocket_protocol, "cloudpods.events.v1");
      }));
  beast::error_code error;
  peer.accept(upgrade, error);
  for (const auto& message : todo.messages)
    if (!error)
      peer.write(asio::buffer(message), error);
  if (!error && todo.close_code != 0)
    peer.close({static_cast<beast::websocket::close_code>(todo.close_code), "as scripted"}, error);
}

} // namespace

struct scripted_server::listener {
  asio::io_context context;
  tcp::acceptor acceptor{context, {asio::ip::make_address("127.0.0.1"), 0}};
  unsigned short port = acceptor.local_endpoint().port();
  std::atomic<bool> is_over = false;
};

step answers(int status, std::string body, std::map<std::string, std::string> headers) {
  return {step::kind::answer, status, std::move(body), std::move(headers), {}, 0};
}

step drops() { return {step::kind::drop, 0, {}, {}, {}, 0}; }

step streams(std::vector<std::string> messages, int close_code) {
  return {step::kind::stream, 0, {}, {}, std::move(messages), close_code};
}

scripted_server::scripted_server(std::vector<step> script)
    : script_(std::move(script)), listener_(std::make_unique<listener>()),
      thread_([this] { serve(); }) {}

scripted_server::~scripted_server() {
  listener_->is_over = true;
  asio::io_context context;
  tcp::socket knock{context}; // wakes the thread where it still listens
  beast::error_code ignored;
  knock.connect({asio::ip::make_address("127.0.0.1"), listener_->port}, ignored);
}

std::string scripted_server::url() const {
  return "http://127.0.0.1:" + std::to_string(listener_->port);
}

std::vector<seen_request> scripted_server::requests() const {
  const std::scoped_lock held{lock_};
  return requests_;
}

void scripted_server::serve() {
  for (const auto& todo : script_) {
    beast::error_code error;
    tcp::socket socket{listener_->context};
    listener_->acceptor.accept(socket, error);
    if (error || listener_->is_over)
      break;
    beast::flat_buffer buffer;
    request message;
    http::read(socket, buffer, message, error);
    {
      const std::scoped_lock held{lock_};
      requests_.push_back(seen(message));
    }
    if (todo.what == step::kind::answer)
      answer(socket, todo);
    else if (todo.what == step::kind::stream)
      stream(std::move(socket), message, todo);
  }
  beast::error_code ignored;
  listener_->acceptor.close(ignored);
}

} // namespace cloudpods::client
