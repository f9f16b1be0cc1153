#include "http/open_stream.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace cloudpods::http {

namespace asio = boost::asio;

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);

} // namespace

open_stream::open_stream(const asio::any_io_executor& where, std::shared_ptr<void> connection,
                         stream_admission admission, std::shared_ptr<stream_home> home)
    : home_(std::move(home)), connection_(std::move(connection)), admission_(std::move(admission)),
      timer_(where),
      // A token may name an end that no clock here reaches.
      token_ends_(clock::now() +
                  std::min<std::chrono::milliseconds>(admission_.who->expires - home_->now(),
                                                      std::chrono::days{365})) {
  home_->streams.insert(this);
}

open_stream::~open_stream() {
  if (subscriber_)
    home_->feed.leave(*subscriber_);
  home_->streams.erase(this);
}

void open_stream::end(close_code code, std::string reason) {
  if (!end_)
    end_ = stream_end{code, std::move(reason)};
  wake();
}

void open_stream::subscribe(subscription to) {
  subscriber_.emplace(std::move(to.filter), to.since, home_->feed.tail(), home_->settings.bounds);
  subscriber_->on_news([this] { wake(); });
  home_->feed.join(*subscriber_);
}

asio::awaitable<void> open_stream::pump() {
  while (!gone_ && !end_) {
    ask_for_history();
    auto text = subscriber_ ? subscriber_->next(clock::now(), home_->now()) : nullptr;
    if (text)
      co_await send(std::move(text), subscriber_->seq_of_last());
    else
      co_await idle();
    judge(clock::now());
  }
}

asio::awaitable<void> open_stream::rest(clock::time_point until) {
  until = std::min(until, token_ends_);
  if (subscriber_)
    until = std::min(until, subscriber_->wakes_at());
  timer_.expires_at(until);
  co_await timer_.async_wait(with_error);
}

void open_stream::judge(clock::time_point now) {
  if (now >= token_ends_)
    end(close_code::token_expired, "the token has expired");
  else if (subscriber_ && subscriber_->beyond_log())
    end(close_code::beyond_log, "the log ends at " + std::to_string(*subscriber_->beyond_log()));
}

void open_stream::ask_for_history() {
  if (!subscriber_)
    return;
  if (auto question = subscriber_->question())
    asio::co_spawn(timer_.get_executor(), read_history(shared_from_this(), *std::move(question)),
                   asio::detached);
}

asio::awaitable<void> open_stream::read_history(std::shared_ptr<open_stream> self,
                                                actors::read_events question) {
  const auto page = co_await self->home_->read(std::move(question));
  if (page) {
    self->subscriber_->page(*page);
  } else {
    asio::steady_timer pause(self->timer_.get_executor(), self->home_->settings.retry);
    co_await pause.async_wait(with_error);
    self->subscriber_->no_page();
  }
  self->wake();
}

} // namespace cloudpods::http
