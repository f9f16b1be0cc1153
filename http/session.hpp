#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_set>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/request_reader.hpp"
#include "http/service.hpp"

namespace cloudpods::http {

using std::chrono::steady_clock;

struct session_settings {
  reading_limits reading;
  std::chrono::milliseconds idle_timeout{60'000};
  std::chrono::milliseconds header_timeout{10'000};
};

/// A connection's place among `max_connections`; freed with the last copy.
using connection_place = std::shared_ptr<void>;

class session;
/// The connections of one io thread.
using session_set = std::unordered_set<session*>;

/// One connection: reads requests in order, has each answered, writes the answers in order.
/// Answers to pipelined requests share a write where they are ready together, and are never held
/// back by a later one that waits.
class session : public std::enable_shared_from_this<session> {
public:
  session(boost::asio::ip::tcp::socket socket, connection_place place, service& application,
          const session_settings& settings, session_set& peers);
  ~session();

  /// Serves until the connection ends; without a place it is refused with `OVERLOADED`.
  void start();
  /// Closes the connection where what it waits for is overdue.
  void expire(steady_clock::time_point now);
  /// Ends the connection after the answer that is under way, at once where there is none.
  void stop();

private:
  enum class waiting { nothing, idle, head, body, writing };

  static boost::asio::awaitable<void> run(std::shared_ptr<session> self);
  boost::asio::awaitable<bool> next_request();
  boost::asio::awaitable<bool> receive();
  boost::asio::awaitable<void> serve();
  boost::asio::awaitable<response> answered();
  boost::asio::awaitable<bool> flush();
  boost::asio::awaitable<void> linger();
  void refuse(const domain::problem& why);
  void write_some();
  void flush_soon();
  void wait_for(waiting what);
  void wait_for_request();

  boost::asio::ip::tcp::socket socket_;
  connection_place place_;
  service& service_;
  const session_settings& settings_;
  session_set& peers_;
  request_reader reader_;
  std::string out_;
  std::size_t written_ = 0;
  steady_clock::time_point deadline_ = steady_clock::time_point::max();
  waiting waiting_ = waiting::nothing;
  bool fresh_ = true;
  bool flush_posted_ = false;
  bool ending_ = false;
  bool lingers_ = false;
};

} // namespace cloudpods::http
