#include "http/actor_port.hpp"

#include <boost/asio/post.hpp>

namespace cloudpods::http {

namespace {

/// Replies that are overdue are looked for this often: a deadline is kept to this much.
constexpr std::chrono::milliseconds sweep_interval{50};

} // namespace

actor_port::actor_port(boost::asio::io_context& io, caf::actor_system& actors)
    : io_(io), self_(actors.spawn<caf::actor_companion, caf::hidden>()),
      companion_(static_cast<caf::actor_companion*>(caf::actor_cast<caf::abstract_actor*>(self_))),
      sweep_(io) {
  companion_->on_enqueue([this](caf::mailbox_element_ptr message) { deliver(std::move(message)); });
}

actor_port::~actor_port() { companion_->on_enqueue(caf::actor_companion::enqueue_handler{}); }

caf::message_id actor_port::expect(std::unique_ptr<wait> who, std::chrono::milliseconds limit) {
  expected_.emplace(++last_id_, expected_reply{std::move(who), clock::now() + limit});
  if (!std::exchange(sweeping_, true))
    look_for_silence();
  return caf::message_id{caf::message_id::default_async_value | last_id_};
}

/// Runs in whatever thread sends. Wakes the io thread only for the first of a burst.
void actor_port::deliver(caf::mailbox_element_ptr message) {
  const std::lock_guard guard(mutex_);
  arrived_.push_back(std::move(message));
  if (arrived_.size() == 1)
    boost::asio::post(io_, [this] { drain(); });
}

void actor_port::drain() {
  {
    const std::lock_guard guard(mutex_);
    std::swap(arrived_, draining_);
  }
  for (const auto& message : draining_) {
    if (!message->mid.is_response()) {
      if (listener_)
        listener_(message->content());
      continue;
    }
    const auto found = expected_.find(message->mid.request_id().integer_value());
    if (found == expected_.end())
      continue; // too late: its wait is over
    const auto who = std::move(found->second.who);
    expected_.erase(found);
    who->reply(message->content());
  }
  draining_.clear();
}

void actor_port::look_for_silence() {
  sweep_.expires_after(sweep_interval);
  sweep_.async_wait([this](boost::system::error_code fault) {
    if (fault)
      return;
    const auto now = clock::now();
    std::vector<std::unique_ptr<wait>> overdue;
    for (auto each = expected_.begin(); each != expected_.end();) {
      if (each->second.deadline > now) {
        ++each;
        continue;
      }
      overdue.push_back(std::move(each->second.who));
      each = expected_.erase(each);
    }
    sweeping_ = !expected_.empty();
    if (sweeping_)
      look_for_silence();
    for (const auto& each : overdue)
      each->fail(ask_fault::silent);
  });
}

} // namespace cloudpods::http
