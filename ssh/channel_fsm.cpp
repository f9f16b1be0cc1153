#include "ssh/channel_fsm.hpp"

#include <algorithm>
#include <utility>

namespace cloudpods::ssh {

channel_fsm::channel_fsm(exec_request request) : request_(std::move(request)) {
  result_.out = output_tail{request_.keep};
  result_.err = output_tail{request_.keep};
}

channel_action channel_fsm::turn_came() { return action_ = channel_action::open; }

channel_action channel_fsm::opened() {
  return action_ = is_settled_ ? channel_action::release : channel_action::execute;
}

channel_action channel_fsm::begins() {
  result_.maybe_begun = true;
  return action_;
}

channel_action channel_fsm::executed() {
  if (is_settled_)
    return action_ = channel_action::release;
  return action_ = request_.input.empty() ? channel_action::send_eof : channel_action::send;
}

channel_action channel_fsm::sent(std::size_t bytes) {
  sent_ = std::min(sent_ + bytes, request_.input.size());
  if (is_settled_)
    return action_ = channel_action::release;
  return action_ = pending_input().empty() ? channel_action::send_eof : channel_action::send;
}

channel_action channel_fsm::input_refused() {
  sent_ = request_.input.size();
  return action_ = is_settled_ ? channel_action::release : channel_action::read;
}

channel_action channel_fsm::eof_sent() {
  return action_ = is_settled_ ? channel_action::release : channel_action::read;
}

void channel_fsm::received(stream from, std::string_view bytes) {
  if (!is_settled_)
    (from == stream::out ? result_.out : result_.err).append(bytes);
}

channel_action channel_fsm::ended(int status, std::string signal) {
  if (!is_settled_) {
    result_.exit_status = status;
    result_.exit_signal = std::move(signal);
    is_settled_ = true;
  }
  return action_ = channel_action::release;
}

channel_action channel_fsm::released() { return action_ = channel_action::done; }

channel_action channel_fsm::failed(transport_fault why, std::string sentence) {
  if (is_settled_)
    return action_;
  is_settled_ = true;
  result_.fault = why;
  result_.message = std::move(sentence);
  if (action_ == channel_action::wait)
    return action_ = channel_action::done;
  // An open or a request that is on its way belongs to the whole session: it must come to its end.
  if (action_ == channel_action::open || action_ == channel_action::execute)
    return action_;
  return action_ = channel_action::release;
}

channel_action channel_fsm::connection_lost(const std::string& sentence) {
  if (!is_settled_ && !result_.maybe_begun)
    return action_ = channel_action::wait;
  failed(transport_fault::lost, sentence);
  return action_ = channel_action::done;
}

std::string_view channel_fsm::pending_input() const noexcept {
  return std::string_view{request_.input}.substr(sent_);
}

} // namespace cloudpods::ssh
