#include "ssh/connection_fsm.hpp"

#include <algorithm>
#include <utility>

namespace cloudpods::ssh {

connection_fsm::connection_fsm(connection_pace pace, std::function<double()> chance)
    : pace_(pace), chance_(std::move(chance)), ceiling_(pace.first_wait) {}

connection_action connection_fsm::start() { return action_ = connection_action::connect; }

connection_action connection_fsm::succeeded() {
  switch (action_) {
  case connection_action::connect:
    return action_ = connection_action::handshake;
  case connection_action::handshake:
    return action_ = connection_action::check_host_key;
  case connection_action::check_host_key:
    is_key_refused_ = false;
    return action_ = connection_action::authenticate;
  case connection_action::authenticate:
    sentence_.clear();
    return action_ = connection_action::serve;
  default:
    return action_;
  }
}

connection_action connection_fsm::failed(connection_fault why, std::string sentence) {
  if (action_ == connection_action::stop)
    return action_;
  if (why == connection_fault::refused_key)
    is_key_refused_ = true;
  return wait_for(std::move(sentence),
                  why == connection_fault::refused_key || why == connection_fault::refused_login);
}

connection_action connection_fsm::lost(std::string sentence, std::chrono::milliseconds served) {
  if (action_ == connection_action::stop)
    return action_;
  if (served >= pace_.stable_after)
    ceiling_ = pace_.first_wait;
  return wait_for(std::move(sentence), false);
}

connection_action connection_fsm::waited() {
  return action_ == connection_action::wait ? action_ = connection_action::connect : action_;
}

connection_action connection_fsm::close() {
  sentence_ = "the connection was closed";
  return action_ = connection_action::stop;
}

connection_action connection_fsm::wait_for(std::string sentence, bool is_refused) {
  sentence_ = std::move(sentence);
  const auto ceiling = is_refused ? pace_.refused_wait : ceiling_;
  const auto share = static_cast<double>(ceiling.count()) * chance_();
  wait_ = std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(share)};
  if (is_refused) // slowly means slowly: half of it is no matter of luck
    wait_ = ceiling / 2 + wait_ / 2;
  else
    ceiling_ = std::min(ceiling_ * 2, pace_.longest_wait);
  return action_ = connection_action::wait;
}

} // namespace cloudpods::ssh
