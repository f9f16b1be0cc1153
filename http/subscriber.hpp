#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "actors/protocol.hpp"
#include "domain/instant.hpp"

namespace cloudpods::http {

/// Where a subscription begins: after a seq, or with whatever comes next.
struct from_now {};
using stream_start = std::variant<std::int64_t, from_now>;

/// How far the live feed has come on this thread, and its last frames without a gap: whoever comes
/// out of history finds there what was written meanwhile, instead of running after the writers.
struct live_tail {
  std::int64_t head = 0; ///< 0: not known yet
  std::deque<actors::shared_frame> recent;

  [[nodiscard]] bool goes_on_after(std::int64_t seq) const {
    return seq >= head || (!recent.empty() && recent.front()->seq <= seq + 1);
  }
};

struct subscriber_bounds {
  std::size_t frames = 1024; ///< waiting live messages, at most
  std::size_t bytes = 4 * 1024 * 1024;
  int page = 128; ///< events asked from the store at once
  std::chrono::milliseconds heartbeat{5000};
};

bool matches(const actors::event_filter& filter, const actors::event_frame& frame);

/// One subscription to the event stream, without a socket (architecture 6): history in pages, then
/// the live feed from exactly there, back to history where it is too slow or the feed has a gap.
/// Every matching event comes out once and in order, whatever happens in between.
class subscriber {
public:
  using clock = std::chrono::steady_clock;
  using message = std::shared_ptr<const std::string>;

  subscriber(actors::event_filter filter, stream_start since, const live_tail& tail,
             subscriber_bounds bounds = {});

  // What the driver does.

  /// What to ask a reader now; nothing while that is not needed. Answered by `page` or `no_page`.
  std::optional<actors::read_events> question();
  void page(const actors::frame_page& found);
  void no_page();
  /// The next message to send, or nothing. Heartbeats are made here when they are due.
  message next(clock::time_point now, domain::instant at);
  /// The seq of what `next` gave last; 0 where that was no event.
  [[nodiscard]] std::int64_t seq_of_last() const { return last_seq_; }
  /// When to call `next` again at the latest, where nothing happens before.
  [[nodiscard]] clock::time_point wakes_at() const { return quiet_since_ + bounds_.heartbeat; }
  /// Set where `since` lies beyond the log: the stream ends, its last seq is named.
  [[nodiscard]] std::optional<std::int64_t> beyond_log() const { return beyond_; }
  /// Called when something came in that the driver may want to send or ask.
  void on_news(std::function<void()> call) { news_ = std::move(call); }

  // What the live feed does.

  void offer(const actors::shared_frame& frame);
  void offer(const actors::live_progress& progress);
  /// The feed left something out behind `head`.
  void feed_broke(std::int64_t head);
  [[nodiscard]] const actors::event_filter& filter() const { return filter_; }

private:
  struct waiting {
    message text;
    std::int64_t seq = 0; ///< 0: no event
    bool is_progress = false;
  };

  void begin(const actors::frame_page& found);
  void enqueue(waiting what);
  void enqueue(const actors::shared_frame& frame);
  void make_room();
  void overflow(std::int64_t next);
  void go_live();
  [[nodiscard]] bool is_full(std::size_t more) const;
  [[nodiscard]] std::int64_t position() const;
  void tell() const;

  actors::event_filter filter_;
  const live_tail& tail_;
  subscriber_bounds bounds_;
  std::int64_t looked_ = 0; ///< no matching event up to here is missing from sent and queue
  bool from_now_ = false;
  bool begun_ = false;
  bool live_ = false;
  bool asked_ = false;
  bool told_caught_up_ = false;
  std::optional<std::int64_t> beyond_;
  std::deque<waiting> queue_;
  std::size_t queued_bytes_ = 0;
  std::int64_t last_seq_ = 0;
  clock::time_point quiet_since_ = clock::time_point::min();
  std::function<void()> news_;
};

} // namespace cloudpods::http
