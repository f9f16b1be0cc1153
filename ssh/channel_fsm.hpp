#pragma once

#include <string>
#include <string_view>

#include "ssh/exec.hpp"

namespace cloudpods::ssh {

/// What the driver must do next for one line.
enum class channel_action {
  wait,     ///< until a channel is free
  open,     ///< a channel
  execute,  ///< the line
  send,     ///< `pending_input()`; read meanwhile
  send_eof, ///< read meanwhile
  read,     ///< both streams, until the channel was closed
  release,  ///< the channel
  done,
};

/// Runs one line over one channel. Takes what happened, says what comes next; knows no socket and
/// no clock. A result is there as soon as the line is settled, which may be before its channel can
/// be let go.
class channel_fsm {
public:
  explicit channel_fsm(exec_request request);

  channel_action turn_came();
  channel_action opened();
  channel_action begins(); ///< the line is about to be sent: from here on the node may see it
  channel_action executed();
  channel_action sent(std::size_t bytes);
  channel_action input_refused(); ///< the command reads no more
  channel_action eof_sent();
  void received(stream from, std::string_view bytes);
  channel_action ended(int status, std::string signal);
  channel_action released();

  /// The deadline, the caller, or the node put an end to it. No effect on a settled line.
  channel_action failed(transport_fault why, std::string sentence);
  /// The connection went. A line that was not begun waits for the next one.
  channel_action connection_lost(const std::string& sentence);

  [[nodiscard]] channel_action action() const noexcept { return action_; }
  [[nodiscard]] bool is_settled() const noexcept { return is_settled_; }
  [[nodiscard]] bool is_begun() const noexcept { return result_.maybe_begun; }
  [[nodiscard]] const std::string& line() const noexcept { return request_.line; }
  [[nodiscard]] std::string_view pending_input() const noexcept;
  exec_result take_result() { return std::move(result_); }

private:
  exec_request request_;
  exec_result result_;
  channel_action action_ = channel_action::wait;
  std::size_t sent_ = 0;
  bool is_settled_ = false;
};

} // namespace cloudpods::ssh
