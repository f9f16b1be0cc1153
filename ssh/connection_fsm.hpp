#pragma once

#include <chrono>
#include <functional>
#include <string>

namespace cloudpods::ssh {

/// What the driver must do next.
enum class connection_action {
  connect,        ///< resolve the name and open the socket
  handshake,      ///< agree on keys
  check_host_key, ///< before anything is sent
  authenticate,
  serve, ///< run lines until the connection is lost
  wait,  ///< for `wait_time()`
  stop,
};

/// Why an action did not work.
enum class connection_fault { network, timed_out, refused_key, refused_login };

struct connection_pace {
  std::chrono::milliseconds first_wait{500};
  std::chrono::milliseconds longest_wait{30000};
  /// After a refusal that no retry mends: sshd locks out who asks too often.
  std::chrono::milliseconds refused_wait{60000};
  /// A connection that held this long begins counting anew.
  std::chrono::milliseconds stable_after{10000};
};

/// One connection that comes back by itself: exponential backoff with full jitter. Knows no socket
/// and no clock.
class connection_fsm {
public:
  /// `chance` gives numbers in [0, 1).
  connection_fsm(connection_pace pace, std::function<double()> chance);

  connection_action start();
  connection_action succeeded();
  connection_action failed(connection_fault why, std::string sentence);
  /// While serving; `served` is how long it did.
  connection_action lost(std::string sentence, std::chrono::milliseconds served);
  connection_action waited();
  connection_action close();

  [[nodiscard]] connection_action action() const noexcept { return action_; }
  [[nodiscard]] std::chrono::milliseconds wait_time() const noexcept { return wait_; }
  /// Why it is not serving.
  [[nodiscard]] const std::string& sentence() const noexcept { return sentence_; }
  [[nodiscard]] bool is_key_refused() const noexcept { return is_key_refused_; }

private:
  connection_action wait_for(std::string sentence, bool is_refused);

  connection_pace pace_;
  std::function<double()> chance_;
  connection_action action_ = connection_action::stop;
  std::chrono::milliseconds wait_{0};
  std::chrono::milliseconds ceiling_;
  std::string sentence_ = "not connected yet";
  bool is_key_refused_ = false;
};

} // namespace cloudpods::ssh
