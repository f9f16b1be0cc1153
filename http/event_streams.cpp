#include "http/event_streams.hpp"

#include <unordered_set>
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

class stream;

} // namespace

struct event_streams::core {
  core(asio::io_context& io, stream_settings how, std::shared_ptr<stream_places> where,
       history reader, wall_clock wall)
      : settings(how), places(std::move(where)), read(std::move(reader)), now(std::move(wall)),
        sweeper(io) {}

  stream_settings settings;
  std::shared_ptr<stream_places> places;
  history read;
  wall_clock now;
  live_feed feed;
  std::unordered_set<stream*> streams;
  asio::steady_timer sweeper;
};

namespace {

/// One connection: one coroutine reads, one writes.
class stream : public std::enable_shared_from_this<stream> {
public:
  stream(asio::ip::tcp::socket socket, std::shared_ptr<void> place, stream_admission admission,
         std::shared_ptr<event_streams::core> home);
  ~stream();

  static asio::awaitable<void> run(std::shared_ptr<stream> self, std::string received);
  void end(close_code code, std::string reason);
  void expire(clock::time_point now);

private:
  asio::awaitable<bool> accept(const std::string& received);
  static asio::awaitable<void> read(std::shared_ptr<stream> self);
  asio::awaitable<void> write();
  asio::awaitable<void> send(subscriber::message text);
  asio::awaitable<void> rest();
  asio::awaitable<void> close();
  static asio::awaitable<void> read_history(std::shared_ptr<stream> self,
                                            actors::read_events question);
  void ask_for_history();
  void take_message(std::string_view text);
  void subscribe(subscription to);
  void judge(clock::time_point now);
  void wake();

  std::shared_ptr<event_streams::core> home_;
  websocket::stream<corked_stream> socket_;
  std::shared_ptr<void> place_;
  std::shared_ptr<void> tenant_place_;
  stream_admission admission_;
  std::optional<subscriber> subscriber_;
  std::optional<stream_end> end_;
  asio::steady_timer timer_;
  clock::time_point heard_ = clock::now();
  clock::time_point ping_at_;
  clock::time_point token_ends_;
  clock::time_point deadline_; ///< of the handshakes and of the first message
  bool gone_ = false;
};

stream::stream(asio::ip::tcp::socket socket, std::shared_ptr<void> place,
               stream_admission admission, std::shared_ptr<event_streams::core> home)
    : home_(std::move(home)), socket_(std::move(socket)), place_(std::move(place)),
      admission_(std::move(admission)), timer_(socket_.get_executor()),
      ping_at_(heard_ + home_->settings.ping),
      // A token may name an end that no clock here reaches.
      token_ends_(heard_ + std::min<std::chrono::milliseconds>(
                               admission_.who->expires - home_->now(), std::chrono::days{365})),
      deadline_(heard_ + home_->settings.first_message) {
  home_->streams.insert(this);
}

stream::~stream() {
  if (subscriber_)
    home_->feed.leave(*subscriber_);
  home_->streams.erase(this);
}

asio::awaitable<void> stream::run(std::shared_ptr<stream> self, std::string received) {
  const bool is_open = co_await self->accept(received);
  if (is_open) {
    asio::co_spawn(self->socket_.get_executor(), read(self), asio::detached);
    co_await self->write();
    co_await self->close();
  }
  self->socket_.next_layer().close();
}

asio::awaitable<bool> stream::accept(const std::string& received) {
  socket_.read_message_max(longest_message);
  socket_.auto_fragment(false);
  socket_.text(true);
  socket_.control_callback([this](auto, auto) { heard_ = clock::now(); });
  socket_.set_option(websocket::stream_base::decorator([this](websocket::response_type& answer) {
    answer.set(boost::beast::http::field::server, "cloudpods");
    answer.set("X-Content-Type-Options", "nosniff");
    answer.set(boost::beast::http::field::cache_control, "no-store");
    answer.set("X-Request-Id", admission_.request_id);
    if (admission_.speaks_protocol)
      answer.set(boost::beast::http::field::sec_websocket_protocol, stream_protocol);
  }));
  const auto [fault] = co_await socket_.async_accept(asio::buffer(received), with_error);
  co_return !fault;
}

asio::awaitable<void> stream::read(std::shared_ptr<stream> self) {
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

void stream::take_message(std::string_view text) {
  if (end_)
    return;
  if (subscriber_ || !socket_.got_text())
    return end(close_code::bad_message, "one subscribe message is all that is understood");
  auto wanted = read_subscribe(text, *admission_.who, admission_.tenant);
  if (!wanted)
    return end(wanted.error().code, wanted.error().reason);
  subscribe(*std::move(wanted));
}

void stream::subscribe(subscription to) {
  subscriber_.emplace(std::move(to.filter), to.since, home_->feed.tail(), home_->settings.bounds);
  subscriber_->on_news([this] { wake(); });
  home_->feed.join(*subscriber_);
  deadline_ = clock::time_point::max();
}

asio::awaitable<void> stream::write() {
  const auto tenant =
      admission_.who->sees_all_tenants() ? admission_.tenant : admission_.who->tenant;
  tenant_place_ = stream_places::take(home_->places, tenant ? tenant->value : "");
  if (!tenant_place_)
    end(close_code::too_many_streams, "too many streams of this tenant");
  else if (admission_.since)
    subscribe({*admission_.since, whole_filter(*admission_.who, admission_.tenant)});
  while (!gone_ && !end_) {
    ask_for_history();
    auto text = subscriber_ ? subscriber_->next(clock::now(), home_->now()) : nullptr;
    if (text)
      co_await send(std::move(text));
    else
      co_await rest();
    judge(clock::now());
  }
}

asio::awaitable<void> stream::send(subscriber::message text) {
  const auto [fault, count] = co_await socket_.async_write(asio::buffer(*text), with_error);
  gone_ = gone_ || fault;
}

/// Nothing is to be sent: waits for news, and pings in between.
asio::awaitable<void> stream::rest() {
  if (clock::now() >= ping_at_) {
    ping_at_ = clock::now() + home_->settings.ping;
    const websocket::ping_data nothing;
    const auto [fault] = co_await socket_.async_ping(nothing, with_error);
    gone_ = gone_ || fault;
    co_return;
  }
  auto until = std::min(ping_at_, token_ends_);
  if (subscriber_)
    until = std::min(until, subscriber_->wakes_at());
  timer_.expires_at(until);
  co_await timer_.async_wait(with_error);
}

void stream::judge(clock::time_point now) {
  if (now >= token_ends_)
    end(close_code::token_expired, "the token has expired");
  else if (subscriber_ && subscriber_->beyond_log())
    end(close_code::beyond_log, "the log ends at " + std::to_string(*subscriber_->beyond_log()));
}

void stream::end(close_code code, std::string reason) {
  if (!end_)
    end_ = stream_end{code, std::move(reason)};
  wake();
}

/// The peer gets as long to say goodbye as it had to say hello.
asio::awaitable<void> stream::close() {
  if (gone_ || !end_)
    co_return;
  deadline_ = clock::now() + home_->settings.first_message;
  const websocket::close_reason reason{static_cast<websocket::close_code>(end_->code),
                                       end_->reason};
  co_await socket_.async_close(reason, with_error);
}

void stream::ask_for_history() {
  if (!subscriber_)
    return;
  if (auto question = subscriber_->question())
    asio::co_spawn(socket_.get_executor(), read_history(shared_from_this(), *std::move(question)),
                   asio::detached);
}

asio::awaitable<void> stream::read_history(std::shared_ptr<stream> self,
                                           actors::read_events question) {
  const auto page = co_await self->home_->read(std::move(question));
  if (page) {
    self->subscriber_->page(*page);
  } else {
    asio::steady_timer pause(self->socket_.get_executor(), self->home_->settings.retry);
    co_await pause.async_wait(with_error);
    self->subscriber_->no_page();
  }
  self->wake();
}

void stream::wake() { timer_.cancel(); }

void stream::expire(clock::time_point now) {
  const bool is_silent = now >= heard_ + home_->settings.silence;
  if (!is_silent && now < deadline_)
    return;
  if (!is_silent && !subscriber_ && !end_ && socket_.is_open())
    return end(close_code::bad_message, "no subscribe message came");
  gone_ = true;
  socket_.next_layer().close();
  wake();
}

void sweep(const std::shared_ptr<event_streams::core>& all) {
  all->sweeper.expires_after(sweep_interval);
  all->sweeper.async_wait([all](boost::system::error_code fault) {
    if (fault || all->streams.empty())
      return;
    const auto now = clock::now();
    for (auto* each : std::vector<stream*>(all->streams.begin(), all->streams.end()))
      each->expire(now);
    sweep(all);
  });
}

} // namespace

std::shared_ptr<void> stream_places::take(const std::shared_ptr<stream_places>& from,
                                          const std::string& tenant) {
  const std::lock_guard guard(from->mutex_);
  auto& count = from->taken_[tenant];
  if (count >= from->most_)
    return nullptr;
  ++count;
  return {from.get(), [from, tenant](void*) { from->give_back(tenant); }};
}

void stream_places::give_back(const std::string& tenant) {
  const std::lock_guard guard(mutex_);
  if (const auto found = taken_.find(tenant); --found->second == 0)
    taken_.erase(found);
}

event_streams::event_streams(asio::io_context& io, stream_settings settings,
                             std::shared_ptr<stream_places> places, history read, wall_clock now)
    : core_(std::make_shared<core>(io, settings, std::move(places), std::move(read),
                                   std::move(now))) {}

takeover event_streams::open(stream_admission admission) {
  return [home = core_, admission = std::move(admission)](
             asio::ip::tcp::socket socket, std::string received, std::shared_ptr<void> place) {
    boost::system::error_code ignored;
    socket.set_option(asio::socket_base::send_buffer_size(socket_buffer), ignored);
    if (home->streams.empty())
      sweep(home);
    const auto executor = socket.get_executor();
    auto made = std::make_shared<stream>(std::move(socket), std::move(place), admission, home);
    asio::co_spawn(executor, stream::run(std::move(made), std::move(received)), asio::detached);
  };
}

live_feed& event_streams::feed() { return core_->feed; }

void event_streams::stop() {
  for (auto* each : std::vector<stream*>(core_->streams.begin(), core_->streams.end()))
    each->end(close_code::going_away, "the server goes away; come back with since");
}

bool event_streams::is_idle() const { return core_->streams.empty(); }

} // namespace cloudpods::http
