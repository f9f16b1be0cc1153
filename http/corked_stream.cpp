#include "http/corked_stream.hpp"

#include <boost/asio/append.hpp>

namespace cloudpods::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// Past this much unsent, a write waits.
constexpr std::size_t bound = 64 * 1024;

} // namespace

corked_stream::corked_stream(tcp::socket socket)
    : pipe_(std::make_shared<pipe>(std::move(socket))) {}

void corked_stream::gathered(const shared_pipe& to, std::size_t size, written handler) {
  if (to->gathered.size() - to->sent > bound && !to->fault) {
    to->held = std::move(handler);
    to->held_size = size;
  } else {
    const auto fault = to->fault;
    asio::post(to->socket.get_executor(), asio::append(std::move(handler), fault, size));
  }
  flush_later(to);
}

void corked_stream::flush_later(const shared_pipe& to) {
  if (std::exchange(to->busy, true))
    return;
  to->last_size = to->gathered.size();
  asio::post(to->socket.get_executor(), [to] { flush(to); });
}

/// As long as more is being gathered, sending waits for its turn.
void corked_stream::flush(const shared_pipe& to) {
  to->busy = false;
  if (to->gathered.size() > to->last_size && to->gathered.size() < bound)
    return flush_later(to);
  send(*to);
  if (to->sent == to->gathered.size() || to->fault) {
    to->gathered.clear();
    to->sent = 0;
  } else {
    to->busy = true;
    to->socket.async_wait(tcp::socket::wait_write, [to](error_code fault) {
      if (fault)
        to->fault = fault;
      flush(to);
    });
  }
  release(*to);
}

void corked_stream::send(pipe& to) {
  if (to.fault)
    return;
  error_code fault;
  to.sent += to.socket.write_some(asio::buffer(to.gathered) + to.sent, fault);
  if (fault && fault != asio::error::would_block)
    to.fault = fault;
}

void corked_stream::release(pipe& to) {
  if (!to.held || (to.gathered.size() - to.sent > bound && !to.fault))
    return;
  asio::post(to.socket.get_executor(),
             asio::append(std::exchange(to.held, written{}), to.fault, to.held_size));
}

void corked_stream::close() {
  send(*pipe_);
  error_code ignored;
  pipe_->socket.shutdown(tcp::socket::shutdown_both, ignored);
  pipe_->socket.close(ignored);
  if (!pipe_->fault)
    pipe_->fault = asio::error::operation_aborted;
}

} // namespace cloudpods::http
