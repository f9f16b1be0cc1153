#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/event_streams.hpp"

namespace cloudpods::http {

class open_stream;

/// What the streams of one io thread share. They hold it too, so it outlives the last of them.
struct stream_home {
  stream_home(boost::asio::io_context& io, stream_settings how,
              std::shared_ptr<stream_places> where, event_streams::history reader,
              event_streams::wall_clock wall)
      : settings(how), places(std::move(where)), read(std::move(reader)), now(std::move(wall)),
        sweeper(io) {}

  stream_settings settings;
  std::shared_ptr<stream_places> places;
  event_streams::history read;
  event_streams::wall_clock now;
  live_feed feed;
  std::unordered_set<open_stream*> streams;
  boost::asio::steady_timer sweeper;
};

/// One event stream on its connection, whatever it speaks: a subscriber, the end of the token, and
/// the loop that sends. What is derived from it knows the wire.
class open_stream : public std::enable_shared_from_this<open_stream> {
public:
  using clock = std::chrono::steady_clock;

  virtual ~open_stream();
  open_stream(const open_stream&) = delete;
  open_stream& operator=(const open_stream&) = delete;

  /// The stream ends; the first reason counts.
  void end(close_code code, std::string reason);
  /// Ends or closes it where what it waits for is overdue. Called about once a second.
  virtual void expire(clock::time_point now) = 0;

protected:
  open_stream(const boost::asio::any_io_executor& where, std::shared_ptr<void> connection,
              stream_admission admission, std::shared_ptr<stream_home> home);

  /// Sends what there is until the stream has ended or the peer is gone.
  boost::asio::awaitable<void> pump();
  /// Waits for news, at most until `until`.
  boost::asio::awaitable<void> rest(clock::time_point until);
  void subscribe(subscription to);
  void wake() { timer_.cancel(); }

  const stream_admission& admission() const { return admission_; }
  stream_home& home() { return *home_; }
  [[nodiscard]] bool is_subscribed() const { return subscriber_.has_value(); }
  [[nodiscard]] const std::optional<stream_end>& ended() const { return end_; }

  bool gone_ = false; ///< nothing reaches the peer any more

private:
  /// Sends one message; `seq` is 0 where it is no event. Sets `gone_` where that fails.
  virtual boost::asio::awaitable<void> send(subscriber::message text, std::int64_t seq) = 0;
  /// Nothing is to be sent.
  virtual boost::asio::awaitable<void> idle() { return rest(clock::time_point::max()); }

  static boost::asio::awaitable<void> read_history(std::shared_ptr<open_stream> self,
                                                   actors::read_events question);
  void ask_for_history();
  void judge(clock::time_point now);

  std::shared_ptr<stream_home> home_;
  std::shared_ptr<void> connection_; ///< its place among the connections
  stream_admission admission_;
  std::optional<subscriber> subscriber_;
  std::optional<stream_end> end_;
  boost::asio::steady_timer timer_;
  clock::time_point token_ends_;
};

/// Speaks Server-Sent Events on a connection whose answer has begun (contract 9). The events are
/// those of the WebSocket, with `id:` before each; what a close code says there is a last message
/// of type `closed` here.
void run_sse_stream(boost::asio::ip::tcp::socket socket, std::shared_ptr<void> connection,
                    stream_admission admission, std::shared_ptr<stream_home> home);

} // namespace cloudpods::http
