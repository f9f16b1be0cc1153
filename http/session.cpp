#include "http/session.hpp"

#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

namespace cloudpods::http {

namespace asio = boost::asio;
using asio::ip::tcp;

// Below, no `co_await` stands in a condition: g++ 12 destroys what it waits for too early where
// the condition has an `&&` or `||`.

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
/// Answers to pipelined requests that may wait for a reader who does not read.
constexpr std::size_t most_unwritten = 256 * 1024;
/// How much of a refused request is still read, so that the refusal is not lost to a reset.
constexpr std::size_t most_lingering = 1024 * 1024;
constexpr std::chrono::seconds lingering_time{2};

const domain::problem full{domain::problem_code::overloaded, "too many connections"};
const domain::problem our_fault{domain::problem_code::internal_error,
                                "the request could not be answered"};

} // namespace

session::session(tcp::socket socket, connection_place place, service& application,
                 const session_settings& settings, session_set& peers)
    : socket_(std::move(socket)), place_(std::move(place)), service_(application),
      settings_(settings), peers_(peers), reader_(settings.reading) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
  reader_.message().peer = socket_.remote_endpoint(ignored).address();
  peers_.insert(this);
}

session::~session() { peers_.erase(this); }

void session::start() {
  asio::co_spawn(socket_.get_executor(), run(shared_from_this()), asio::detached);
}

void session::expire(steady_clock::time_point now) {
  if (now < deadline_)
    return;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void session::stop() {
  ending_ = true;
  const bool is_fresh = waiting_ == waiting::head && !reader_.has_begun();
  if (waiting_ == waiting::idle || is_fresh)
    expire(steady_clock::time_point::max());
}

/// Holds the session alive for as long as its connection lasts.
asio::awaitable<void> session::run(std::shared_ptr<session> self) {
  if (!self->place_)
    self->refuse(full);
  while (!self->ending_) {
    const bool is_there = co_await self->next_request();
    if (!is_there)
      break;
    co_await self->serve();
  }
  const bool is_sent = co_await self->flush();
  if (is_sent && self->lingers_)
    co_await self->linger();
}

/// Brings the next request in; false where the connection is over.
asio::awaitable<bool> session::next_request() {
  while (true) {
    switch (reader_.resume()) {
    case request_reader::progress::complete:
      co_return true;
    case request_reader::progress::refused:
      refuse(reader_.refusal());
      co_return false;
    case request_reader::progress::need_more:
      break;
    }
    if (reader_.must_say_continue())
      out_.append(continue_line);
    const bool is_sent = co_await flush();
    if (!is_sent || ending_)
      co_return false;
    const bool has_more = co_await receive();
    if (!has_more)
      co_return false;
  }
}

asio::awaitable<bool> session::receive() {
  wait_for_request();
  const auto space = reader_.space();
  const auto [fault, bytes] =
      co_await socket_.async_read_some(asio::buffer(space.data(), space.size()), with_error);
  reader_.received(bytes);
  co_return !fault;
}

/// Answers the request that is complete. What was answered before is on its way meanwhile.
asio::awaitable<void> session::serve() {
  wait_for(waiting::nothing);
  if (out_.size() > most_unwritten)
    co_await flush();
  flush_soon();
  auto answer = co_await answered();
  if (answer.upgrade) {
    if (answer.open_ended)
      write(out_, answer, false, false);
    co_await flush();
    ending_ = true;
    peers_.erase(this);
    answer.upgrade(std::move(socket_), reader_.take_raw(), std::move(place_));
    co_return;
  }
  ending_ = ending_ || answer.close || answer.open_ended || !reader_.keep_alive();
  write(out_, answer, reader_.message().method == verb::head, !ending_);
  reader_.next();
  fresh_ = false;
}

asio::awaitable<response> session::answered() {
  try {
    co_return co_await service_.answer(reader_.message());
  } catch (const std::exception& fault) {
    spdlog::error("http-handler-failed: {}", fault.what());
  }
  co_return service_.refuse(reader_.message(), our_fault);
}

void session::refuse(const domain::problem& why) {
  write(out_, service_.refuse(reader_.message(), why), reader_.message().method == verb::head,
        false);
  ending_ = true;
  lingers_ = true;
}

/// Writes what the kernel takes at once.
void session::write_some() {
  boost::system::error_code fault;
  written_ += socket_.write_some(asio::buffer(out_) + written_, fault);
  if (fault && fault != asio::error::would_block)
    socket_.close(fault);
  if (written_ < out_.size())
    return;
  out_.clear();
  written_ = 0;
}

asio::awaitable<bool> session::flush() {
  while (!out_.empty() && socket_.is_open()) {
    write_some();
    if (out_.empty() || !socket_.is_open())
      break;
    wait_for(waiting::writing);
    const auto [fault] = co_await socket_.async_wait(tcp::socket::wait_write, with_error);
    if (fault)
      co_return false;
  }
  co_return socket_.is_open();
}

void session::flush_soon() {
  if (out_.empty() || std::exchange(flush_posted_, true))
    return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    if (!self->out_.empty() && self->socket_.is_open())
      self->write_some();
  });
}

/// Reads on for a moment after a refusal: closing with unread bytes would reset the connection
/// and may take the refusal with it.
asio::awaitable<void> session::linger() {
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  deadline_ = steady_clock::now() + lingering_time;
  std::array<char, 4096> bytes{};
  for (std::size_t total = 0; total < most_lingering;) {
    const auto [fault, count] = co_await socket_.async_read_some(asio::buffer(bytes), with_error);
    if (fault)
      break;
    total += count;
  }
}

void session::wait_for_request() {
  if (reader_.header_is_complete())
    wait_for(waiting::body);
  else
    wait_for(reader_.has_begun() || fresh_ ? waiting::head : waiting::idle);
}

/// A wait has one limit from its beginning, however often it is resumed: bytes that trickle in do
/// not lengthen it.
void session::wait_for(waiting what) {
  if (waiting_ == what && what != waiting::writing)
    return;
  waiting_ = what;
  const auto limit = what == waiting::head ? settings_.header_timeout : settings_.idle_timeout;
  deadline_ =
      what == waiting::nothing ? steady_clock::time_point::max() : steady_clock::now() + limit;
}

} // namespace cloudpods::http
