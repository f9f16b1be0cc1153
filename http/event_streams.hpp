#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "http/caller.hpp"
#include "http/live_feed.hpp"
#include "http/response.hpp"
#include "http/stream_messages.hpp"

namespace cloudpods::http {

struct stream_home;

/// The stream connections of each tenant, over all io threads (architecture 8); streams of all
/// tenants count for their user.
class stream_places {
public:
  explicit stream_places(std::size_t most) : most_(most) {}

  /// A place until the result is gone; null where all of that holder are taken.
  static std::shared_ptr<void> take(const std::shared_ptr<stream_places>& from,
                                    const std::string& holder);
  /// All that are taken now.
  [[nodiscard]] std::size_t taken();

private:
  void give_back(const std::string& holder);

  std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> taken_; ///< guarded by `mutex_`
};

struct stream_settings {
  subscriber_bounds bounds;
  std::chrono::milliseconds ping{20'000};
  std::chrono::milliseconds silence{60'000};
  std::chrono::milliseconds first_message{30'000}; ///< and the handshakes at both ends
  std::chrono::milliseconds retry{1'000};          ///< after history could not be read
};

/// Whom a stream is opened for.
struct stream_admission {
  std::shared_ptr<const caller> who;
  std::optional<domain::tenant_id> tenant; ///< that the request named
  std::optional<subscription> at_once;     ///< without a subscribe message
  bool speaks_protocol = false;            ///< offered `cloudpods.events.v1`
  std::string request_id;
};

/// Whose place a stream takes: the tenant's that it is about, or the user's that sees all.
std::string holder_of(const stream_admission& admission);

/// The streams of one io thread (contract 9).
class event_streams {
public:
  /// A page of the log, or nothing where it can't be had now.
  using history =
      std::function<boost::asio::awaitable<std::optional<actors::frame_page>>(actors::read_events)>;
  using wall_clock = std::function<domain::instant()>;

  event_streams(boost::asio::io_context& io, stream_settings settings,
                std::shared_ptr<stream_places> places, history read, wall_clock now);

  /// What becomes of the connection of a request that was let in: a WebSocket.
  takeover open(stream_admission admission);
  /// Server-Sent Events, after the answer's head; null where all places are taken.
  takeover open_sse(stream_admission admission);
  [[nodiscard]] live_feed& feed();
  /// Ends every stream: 1001.
  void stop();
  [[nodiscard]] bool is_idle() const;

private:
  std::shared_ptr<stream_home> home_;
};

} // namespace cloudpods::http
