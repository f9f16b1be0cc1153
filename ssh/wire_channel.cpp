#include <array>
#include <utility>

#include <libssh2.h>

#include "ssh/wire_session.hpp"

namespace cloudpods::ssh {

namespace {

constexpr std::size_t piece = std::size_t{32} * 1024;
/// In one go, so that one loud channel does not starve the others.
constexpr int pieces_at_once = 8;

bool has_moved(step how) { return how == step::done; }

} // namespace

wire_channel::wire_channel(exec_request request, listener on_bytes)
    : machine_(std::move(request)), on_bytes_(std::move(on_bytes)) {}

step wire_channel::advance(wire_session& session) {
  const bool must_finish = unfinished_ != channel_action::done;
  const auto action = must_finish ? unfinished_ : machine_.action();
  const auto how = perform(session, action);
  unfinished_ = how != step::blocked                        ? channel_action::done
                : std::exchange(is_reading_blocked_, false) ? channel_action::read
                                                            : action;
  return how;
}

std::chrono::microseconds wire_channel::on_node() const {
  if (!opened_at_)
    return {};
  return std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - *opened_at_);
}

void wire_channel::connection_lost(const std::string& sentence) {
  channel_ = nullptr;
  unfinished_ = channel_action::done;
  machine_.connection_lost(sentence);
}

step wire_channel::perform(wire_session& session, channel_action action) {
  switch (action) {
  case channel_action::open:
    return open(session);
  case channel_action::execute:
    return execute(session);
  case channel_action::send:
    return with_reading(session, send(session));
  case channel_action::send_eof:
    return with_reading(session, send_eof(session));
  case channel_action::read:
    return read(session);
  case channel_action::release:
    return release(session);
  case channel_action::wait:
  case channel_action::done:
    break;
  }
  return step::later;
}

step wire_channel::open(wire_session& session) {
  constexpr std::string_view kind = "session";
  if (!opened_at_)
    opened_at_ = clock::now();
  channel_ = libssh2_channel_open_ex(session.get(), kind.data(), kind.size(),
                                     LIBSSH2_CHANNEL_WINDOW_DEFAULT, LIBSSH2_CHANNEL_PACKET_DEFAULT,
                                     nullptr, 0);
  if (channel_) {
    machine_.opened();
    return step::done;
  }
  const auto code = session.last_code();
  if (code != LIBSSH2_ERROR_CHANNEL_FAILURE)
    return session.judge(code);
  machine_.failed(transport_fault::refused, "the node opens no more channels (MaxSessions?)");
  machine_.released();
  return step::done;
}

step wire_channel::execute(wire_session& session) {
  constexpr std::string_view request = "exec";
  const auto& line = machine_.line();
  machine_.begins();
  const auto code = libssh2_channel_process_startup(
      channel_, request.data(), request.size(), line.data(), static_cast<unsigned>(line.size()));
  if (code == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) {
    machine_.failed(transport_fault::refused, "the node does not run commands for this user");
    machine_.executed();
    return step::done;
  }
  const auto how = session.judge(code);
  if (has_moved(how))
    machine_.executed();
  return how;
}

step wire_channel::send(wire_session& session) {
  const auto rest = machine_.pending_input();
  const auto count = libssh2_channel_write_ex(channel_, 0, rest.data(), rest.size());
  if (count == LIBSSH2_ERROR_CHANNEL_CLOSED || count == LIBSSH2_ERROR_CHANNEL_EOF_SENT) {
    machine_.input_refused();
    return step::done;
  }
  const auto how = session.judge(static_cast<int>(count));
  if (!has_moved(how))
    return how;
  machine_.sent(static_cast<std::size_t>(count));
  return count > 0 ? step::done : step::later;
}

step wire_channel::send_eof(wire_session& session) {
  const auto how = session.judge(libssh2_channel_send_eof(channel_));
  if (has_moved(how))
    machine_.eof_sent();
  return how;
}

/// Output must be drained while input is sent, or both sides wait for each other.
step wire_channel::with_reading(wire_session& session, step sending) {
  if (sending == step::blocked || sending == step::broken || machine_.is_settled())
    return sending;
  if (libssh2_channel_eof(channel_)) { // the command is gone and reads no more
    machine_.input_refused();
    return step::done;
  }
  const auto reading = read(session);
  is_reading_blocked_ = reading == step::blocked;
  return reading == step::later ? sending : reading;
}

step wire_channel::read(wire_session& session) {
  const auto out = read_stream(session, stream::out);
  if (out == step::blocked || out == step::broken)
    return out;
  const auto err = read_stream(session, stream::err);
  if (err == step::blocked || err == step::broken)
    return err;
  if (has_moved(out) || has_moved(err))
    return step::done;
  return libssh2_channel_eof(channel_) ? await_close(session) : step::later;
}

step wire_channel::read_stream(wire_session& session, stream from) {
  static thread_local std::array<char, piece> bytes;
  const int id = from == stream::out ? 0 : SSH_EXTENDED_DATA_STDERR;
  bool has_read = false;
  for (int i = 0; i < pieces_at_once; ++i) {
    const auto count = libssh2_channel_read_ex(channel_, id, bytes.data(), bytes.size());
    if (count < 0) {
      const auto how = session.judge(static_cast<int>(count));
      return how == step::later && has_read ? step::done : how;
    }
    if (count == 0)
      break;
    has_read = true;
    const std::string_view text{bytes.data(), static_cast<std::size_t>(count)};
    machine_.received(from, text);
    if (on_bytes_ && !machine_.is_settled())
      on_bytes_(from, text);
  }
  return has_read ? step::done : step::later;
}

/// Exit status and signal are known for certain only when the other side has closed.
step wire_channel::await_close(wire_session& session) {
  if (machine_.action() != channel_action::read)
    return step::later;
  const auto how = session.judge(libssh2_channel_wait_closed(channel_));
  if (!has_moved(how))
    return how;
  char* name = nullptr;
  std::size_t size = 0;
  libssh2_channel_get_exit_signal(channel_, &name, &size, nullptr, nullptr, nullptr, nullptr);
  std::string signal = name ? std::string{name} : std::string{};
  if (name)
    libssh2_free(session.get(), name);
  machine_.ended(libssh2_channel_get_exit_status(channel_), std::move(signal));
  return step::done;
}

step wire_channel::release(wire_session& session) {
  const auto how = channel_ ? session.judge(libssh2_channel_free(channel_)) : step::done;
  if (!has_moved(how))
    return how;
  channel_ = nullptr;
  machine_.released();
  return step::done;
}

} // namespace cloudpods::ssh
