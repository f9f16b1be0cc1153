#pragma once

#include <list>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "ssh/node_connection.hpp"
#include "ssh/wire_session.hpp"

namespace cloudpods::ssh {

/// Does what `connection_fsm` and the `channel_fsm`s say: sockets and timers, no decisions.
class node_connection::driver : public std::enable_shared_from_this<driver> {
public:
  driver(boost::asio::io_context& io, connection_settings settings, connection_observer& observer,
         std::function<double()> chance);

  void start();
  run_handle run(exec_request request, on_output output, on_done done);
  void cancel(run_handle which);
  void close();
  /// As `close`, and calls nobody back.
  void abandon();

  [[nodiscard]] bool is_serving() const noexcept;
  [[nodiscard]] std::size_t load() const noexcept;

private:
  using error = boost::system::error_code;
  using tcp = boost::asio::ip::tcp;
  using clock = std::chrono::steady_clock;

  struct active_run {
    run_handle handle;
    wire_channel channel;
    on_done done;
    boost::asio::steady_timer deadline;
    clock::time_point begun{};
    bool is_told = false;
    bool has_moved = false;
  };
  using run_list = std::list<active_run>;

  // The connection.
  void perform(connection_action action);
  void connect();
  void dial(const tcp::resolver::results_type& addresses);
  void prepare_socket();
  void establish();
  void check_host_key();
  void refuse_host_key(const host_key& key, const std::string& known, const std::string& why);
  void serve();
  void pause();
  void fail(connection_fault why, const std::string& sentence);
  void lose(const std::string& sentence);
  void tear_down();
  void tell_down();
  void settle_all(transport_fault why, const std::string& sentence);

  // Readiness.
  void arm_read();
  void watch_idle();
  void arm_write();
  void ready();
  void keep_alive();

  // The runs.
  void pump();
  bool advance_all();
  bool advance(active_run& each);
  bool send_keepalive();
  void give_turns();
  void finish_settled();
  void time_out(run_handle which);
  run_list::iterator find(run_handle which);
  active_run& add(exec_request request, on_output output, on_done done);
  [[nodiscard]] std::string name() const;

  /// Runs `handler` unless the driver was abandoned or its connection replaced meanwhile.
  template <class Handler>
  auto guarded(Handler handler) {
    return [self = weak_from_this(), generation = generation_, handler](error fault,
                                                                        const auto&... more) {
      const auto alive = self.lock();
      if (alive && alive->generation_ == generation && !alive->is_abandoned_)
        handler(*alive, fault, more...);
    };
  }

  void post(std::function<void()> call);

  boost::asio::io_context& io_;
  connection_settings settings_;
  connection_observer& observer_;
  connection_fsm machine_;
  tcp::resolver resolver_;
  tcp::socket socket_;
  boost::asio::steady_timer timer_; ///< of establishing, waiting or keeping alive
  boost::asio::steady_timer idle_timer_;
  std::optional<wire_session> session_;
  run_list runs_;
  active_run* blocked_ = nullptr; ///< has half a packet out: nobody else may send
  active_run* opening_ = nullptr; ///< libssh2 opens one channel at a time
  std::uint64_t generation_ = 0;  ///< of the socket
  run_handle last_handle_ = 0;
  clock::time_point serving_since_{};
  clock::time_point heard_{};
  std::string told_down_;
  bool is_reading_ = false;
  bool is_writing_ = false;
  bool is_keepalive_due_ = false;
  bool is_abandoned_ = false;
  bool is_pumping_ = false;
};

} // namespace cloudpods::ssh
