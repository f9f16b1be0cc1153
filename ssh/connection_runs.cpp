#include <algorithm>
#include <utility>

#include "ssh/connection_driver.hpp"

namespace cloudpods::ssh {

namespace {

/// libssh2 sends a line in one packet, which holds less than 35,000 bytes.
constexpr std::size_t longest_line = 32000;

} // namespace

run_handle node_connection::driver::run(exec_request request, on_output output, on_done done) {
  const bool is_too_long = request.line.size() > longest_line;
  const auto limit = request.limit;
  auto& added = add(std::move(request), std::move(output), std::move(done));
  const auto handle = added.handle;
  if (is_too_long)
    added.channel.machine().failed(transport_fault::line_too_long, "the line is too long");
  else if (machine_.action() == connection_action::stop)
    added.channel.machine().failed(transport_fault::cancelled, machine_.sentence());
  else if (machine_.is_key_refused())
    added.channel.machine().failed(transport_fault::host_key_refused, machine_.sentence());
  added.deadline.expires_after(limit);
  added.deadline.async_wait([self = weak_from_this(), handle](error fault) {
    const auto alive = self.lock();
    if (!fault && alive && !alive->is_abandoned_)
      alive->time_out(handle);
  });
  pump();
  return handle;
}

node_connection::driver::active_run& node_connection::driver::add(exec_request request,
                                                                  on_output output, on_done done) {
  wire_channel::listener listener;
  if (output)
    listener = [this, output = std::move(output)](stream from, std::string_view bytes) {
      post([output, from, text = std::string{bytes}] { output(from, text); });
    };
  return runs_.emplace_back(++last_handle_, wire_channel{std::move(request), std::move(listener)},
                            std::move(done), boost::asio::steady_timer{io_}, clock::now());
}

node_connection::driver::run_list::iterator node_connection::driver::find(run_handle which) {
  return std::ranges::find(runs_, which, &active_run::handle);
}

void node_connection::driver::cancel(run_handle which) {
  const auto found = find(which);
  if (found == runs_.end())
    return;
  found->channel.machine().failed(transport_fault::cancelled, "cancelled");
  pump();
}

void node_connection::driver::time_out(run_handle which) {
  const auto found = find(which);
  if (found == runs_.end())
    return;
  auto& machine = found->channel.machine();
  const bool is_starting =
      machine.action() == channel_action::open || machine.action() == channel_action::execute;
  if (is_serving())
    machine.failed(transport_fault::timed_out, "the node did not answer in time");
  else
    machine.failed(transport_fault::not_connected, "not connected: " + machine_.sentence());
  // A node that answers nothing, not even a new channel, is not there.
  if (is_serving() && is_starting && heard_ < found->begun)
    return lose("the node answers nothing");
  pump();
}

std::size_t node_connection::driver::load() const noexcept { return runs_.size(); }

void node_connection::driver::settle_all(transport_fault why, const std::string& sentence) {
  for (auto& each : runs_)
    each.channel.machine().failed(why, sentence);
  finish_settled();
}

void node_connection::driver::pump() {
  if (std::exchange(is_pumping_, true))
    return;
  bool is_whole = true;
  // The last call of a round may have read what a channel looked at before it waits for, and moved
  // nothing itself: only a second round in which nothing moves says that all is read.
  for (int still = 0; is_serving() && is_whole && still < 2;) {
    give_turns();
    is_whole = advance_all();
    still = std::ranges::any_of(runs_, &active_run::has_moved) ? 0 : still + 1;
  }
  is_pumping_ = false;
  finish_settled();
  if (!is_whole)
    return lose(session_->last_error());
  if (!is_serving())
    return;
  if (runs_.empty())
    return watch_idle();
  arm_read();
  if (blocked_)
    arm_write();
}

/// One call of libssh2 can read what belongs to another channel, and no readiness tells of it: all
/// are looked at until none moves. Returns false where the connection is broken.
bool node_connection::driver::advance_all() {
  for (auto& each : runs_)
    each.has_moved = false;
  if (blocked_ && !advance(*blocked_))
    return false;
  if (!send_keepalive())
    return false;
  for (auto& each : runs_) {
    if (blocked_)
      break;
    if (!advance(each))
      return false;
  }
  return true;
}

/// libssh2 forgets a keep-alive that the socket took only half of, which would garble what comes
/// next: it is sent only where nobody fills the socket.
bool node_connection::driver::send_keepalive() {
  const auto fills_socket = [](active_run& each) {
    return each.channel.machine().action() == channel_action::send;
  };
  if (!is_keepalive_due_ || blocked_ || std::ranges::any_of(runs_, fills_socket))
    return true;
  is_keepalive_due_ = false;
  return session_->send_keepalive() != step::broken;
}

bool node_connection::driver::advance(active_run& each) {
  const bool wants_open = each.channel.machine().action() == channel_action::open;
  if (wants_open && opening_ && opening_ != &each)
    return true;
  const auto how = each.channel.advance(*session_);
  const bool is_opening = each.channel.machine().action() == channel_action::open;
  if (wants_open)
    opening_ = is_opening ? &each : nullptr;
  blocked_ = how == step::blocked ? &each : blocked_ == &each ? nullptr : blocked_;
  each.has_moved = how == step::done;
  return how != step::broken;
}

void node_connection::driver::give_turns() {
  const auto is_in_use = [](active_run& each) {
    const auto action = each.channel.machine().action();
    return action != channel_action::wait && action != channel_action::done;
  };
  auto used = static_cast<std::size_t>(std::ranges::count_if(runs_, is_in_use));
  for (auto& each : runs_) {
    if (used >= settings_.channels)
      return;
    if (each.channel.machine().action() != channel_action::wait)
      continue;
    each.channel.machine().turn_came();
    ++used;
  }
}

void node_connection::driver::finish_settled() {
  for (auto each = runs_.begin(); each != runs_.end();) {
    auto& machine = each->channel.machine();
    if (machine.is_settled() && !std::exchange(each->is_told, true)) {
      each->deadline.cancel();
      auto result = machine.take_result();
      result.on_node = each->channel.on_node();
      if (each->done)
        post([done = std::move(each->done), result = std::move(result)] { done(result); });
    }
    const bool is_over = machine.action() == channel_action::done;
    each = is_over ? runs_.erase(each) : std::next(each);
  }
}

} // namespace cloudpods::ssh
