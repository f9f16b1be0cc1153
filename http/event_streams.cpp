#include "http/event_streams.hpp"

#include <utility>
#include <vector>

#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "http/corked_stream.hpp"
#include "http/open_stream.hpp"

namespace cloudpods::http {

// What Beast needs to end a connection that is not a plain socket; found by argument.

template <class Handler>
void async_teardown(boost::beast::role_type, corked_stream& stream, Handler&& handler) {
  stream.close();
  boost::asio::post(stream.get_executor(), boost::asio::append(std::forward<Handler>(handler),
                                                               corked_stream::error_code{}));
}

inline void beast_close_socket(corked_stream& stream) { stream.close(); }

namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using clock = std::chrono::steady_clock;

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_message = 64 * 1024;
/// Unsent bytes in the kernel are memory too, and hide from us how slow a peer is.
constexpr int socket_buffer = 128 * 1024;
constexpr std::chrono::seconds sweep_interval{1};

/// One connection: one coroutine reads, one writes.
class web_socket_stream final : public open_stream {
public:
  web_socket_stream(asio::ip::tcp::socket socket, std::shared_ptr<void> connection,
                    stream_admission admission, std::shared_ptr<stream_home> home);

  static asio::awaitable<void> run(std::shared_ptr<web_socket_stream> self, std::string received);
  void expire(clock::time_point now) override;

private:
  asio::awaitable<bool> accept(const std::string& received);
  static asio::awaitable<void> read(std::shared_ptr<web_socket_stream> self);
  asio::awaitable<void> write();
  asio::awaitable<void> send(subscriber::message text, std::int64_t seq) override;
  asio::awaitable<void> idle() override;
  asio::awaitable<void> close();
  void take_message(std::string_view text);

  websocket::stream<corked_stream> socket_;
  std::shared_ptr<void> place_; ///< among its holder's streams
  clock::time_point heard_ = clock::now();
  clock::time_point ping_at_;
  clock::time_point deadline_; ///< of the handshakes and of the first message
};

web_socket_stream::web_socket_stream(asio::ip::tcp::socket socket, std::shared_ptr<void> connection,
                                     stream_admission admission,
                                     std::shared_ptr<stream_home> home_of)
    : open_stream(socket.get_executor(), std::move(connection), std::move(admission),
                  std::move(home_of)),
      socket_(std::move(socket)), ping_at_(heard_ + home().settings.ping),
      deadline_(heard_ + home().settings.first_message) {}

asio::awaitable<void> web_socket_stream::run(std::shared_ptr<web_socket_stream> self,
                                             std::string received) {
  const bool is_open = co_await self->accept(received);
  if (is_open) {
    asio::co_spawn(self->socket_.get_executor(), read(self), asio::detached);
    co_await self->write();
    co_await self->close();
  }
  self->socket_.next_layer().close();
}

asio::awaitable<bool> web_socket_stream::accept(const std::string& received) {
  socket_.read_message_max(longest_message);
  socket_.auto_fragment(false);
  socket_.text(true);
  socket_.control_callback([this](auto, auto) { heard_ = clock::now(); });
  socket_.set_option(websocket::stream_base::decorator([this](websocket::response_type& answer) {
    answer.set(boost::beast::http::field::server, "cloudpods");
    answer.set("X-Content-Type-Options", "nosniff");
    answer.set(boost::beast::http::field::cache_control, "no-store");
    answer.set("X-Request-Id", admission().request_id);
    if (admission().speaks_protocol)
      answer.set(boost::beast::http::field::sec_websocket_protocol, stream_protocol);
  }));
  const auto [fault] = co_await socket_.async_accept(asio::buffer(received), with_error);
  co_return !fault;
}

asio::awaitable<void> web_socket_stream::read(std::shared_ptr<web_socket_stream> self) {
  boost::beast::flat_buffer bytes;
  while (!self->gone_) {
    const auto [fault, count] = co_await self->socket_.async_read(bytes, with_error);
    self->heard_ = clock::now();
    self->gone_ = self->gone_ || fault;
    if (!fault)
      self->take_message({static_cast<const char*>(bytes.data().data()), count});
    bytes.consume(count);
    self->wake();
  }
}

void web_socket_stream::take_message(std::string_view text) {
  if (ended())
    return;
  if (is_subscribed() || !socket_.got_text())
    return end(close_code::bad_message, "one subscribe message is all that is understood");
  auto wanted = read_subscribe(text, *admission().who, admission().tenant);
  if (!wanted)
    return end(wanted.error().code, wanted.error().reason);
  deadline_ = clock::time_point::max();
  subscribe(*std::move(wanted));
}

asio::awaitable<void> web_socket_stream::write() {
  place_ = stream_places::take(home().places, holder_of(admission()));
  if (!place_) {
    end(close_code::too_many_streams, "too many streams of this tenant");
  } else if (admission().at_once) {
    deadline_ = clock::time_point::max();
    subscribe(*admission().at_once);
  }
  co_await pump();
}

asio::awaitable<void> web_socket_stream::send(subscriber::message text, std::int64_t) {
  const auto [fault, count] = co_await socket_.async_write(asio::buffer(*text), with_error);
  gone_ = gone_ || fault;
}

/// Waits for news, and pings in between.
asio::awaitable<void> web_socket_stream::idle() {
  if (clock::now() < ping_at_) {
    co_await rest(ping_at_);
    co_return;
  }
  ping_at_ = clock::now() + home().settings.ping;
  const websocket::ping_data nothing;
  const auto [fault] = co_await socket_.async_ping(nothing, with_error);
  gone_ = gone_ || fault;
}

/// The peer gets as long to say goodbye as it had to say hello.
asio::awaitable<void> web_socket_stream::close() {
  if (gone_ || !ended())
    co_return;
  deadline_ = clock::now() + home().settings.first_message;
  const websocket::close_reason reason{static_cast<websocket::close_code>(ended()->code),
                                       ended()->reason};
  co_await socket_.async_close(reason, with_error);
}

void web_socket_stream::expire(clock::time_point now) {
  const bool is_silent = now >= heard_ + home().settings.silence;
  if (!is_silent && now < deadline_)
    return;
  if (!is_silent && !is_subscribed() && !ended() && socket_.is_open())
    return end(close_code::bad_message, "no subscribe message came");
  gone_ = true;
  socket_.next_layer().close();
  wake();
}

void sweep(const std::shared_ptr<stream_home>& all) {
  all->sweeper.expires_after(sweep_interval);
  all->sweeper.async_wait([all](boost::system::error_code fault) {
    if (fault || all->streams.empty())
      return;
    const auto now = clock::now();
    for (auto* each : std::vector<open_stream*>(all->streams.begin(), all->streams.end()))
      each->expire(now);
    sweep(all);
  });
}

void prepare(asio::ip::tcp::socket& socket, const std::shared_ptr<stream_home>& home) {
  boost::system::error_code ignored;
  socket.set_option(asio::socket_base::send_buffer_size(socket_buffer), ignored);
  if (home->streams.empty())
    sweep(home);
}

} // namespace

std::string holder_of(const stream_admission& admission) {
  const auto& who = *admission.who;
  const auto& tenant = who.sees_all_tenants() ? admission.tenant : who.tenant;
  return tenant ? "tenant " + tenant->value : "user " + who.user.value;
}

std::shared_ptr<void> stream_places::take(const std::shared_ptr<stream_places>& from,
                                          const std::string& holder) {
  const std::lock_guard guard(from->mutex_);
  auto& count = from->taken_[holder];
  if (count >= from->most_)
    return nullptr;
  ++count;
  return {from.get(), [from, holder](void*) { from->give_back(holder); }};
}

std::size_t stream_places::taken() {
  const std::lock_guard guard(mutex_);
  std::size_t all = 0;
  for (const auto& [holder, count] : taken_)
    all += count;
  return all;
}

void stream_places::give_back(const std::string& holder) {
  const std::lock_guard guard(mutex_);
  if (const auto found = taken_.find(holder); --found->second == 0)
    taken_.erase(found);
}

event_streams::event_streams(asio::io_context& io, stream_settings settings,
                             std::shared_ptr<stream_places> places, history read, wall_clock now)
    : home_(std::make_shared<stream_home>(io, settings, std::move(places), std::move(read),
                                          std::move(now))) {}

takeover event_streams::open(stream_admission admission) {
  return [home = home_, admission = std::move(admission)](
             asio::ip::tcp::socket socket, std::string received, std::shared_ptr<void> connection) {
    prepare(socket, home);
    const auto executor = socket.get_executor();
    auto made = std::make_shared<web_socket_stream>(std::move(socket), std::move(connection),
                                                    admission, home);
    asio::co_spawn(executor, web_socket_stream::run(std::move(made), std::move(received)),
                   asio::detached);
  };
}

takeover event_streams::open_sse(stream_admission admission) {
  auto place = stream_places::take(home_->places, holder_of(admission));
  if (!place)
    return nullptr;
  return [home = home_, admission = std::move(admission), place = std::move(place)](
             asio::ip::tcp::socket socket, const std::string&, std::shared_ptr<void> connection) {
    prepare(socket, home);
    auto both = std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(
        std::move(connection), place);
    run_sse_stream(std::move(socket), std::move(both), admission, home);
  };
}

live_feed& event_streams::feed() { return home_->feed; }

void event_streams::stop() {
  for (auto* each : std::vector<open_stream*>(home_->streams.begin(), home_->streams.end()))
    each->end(close_code::going_away, "the server goes away; come back with since");
}

bool event_streams::is_idle() const { return home_->streams.empty(); }

} // namespace cloudpods::http
