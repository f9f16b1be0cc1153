#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ssh/channel_fsm.hpp"
#include "ssh/host_key.hpp"

// libssh2's own names stay out of the headers of the room.
struct _LIBSSH2_SESSION; // NOLINT(bugprone-reserved-identifier)
struct _LIBSSH2_CHANNEL; // NOLINT(bugprone-reserved-identifier)

namespace cloudpods::ssh {

/// How a step that may not block went.
enum class step {
  done,    ///< finished; there may be more at once
  later,   ///< when the socket is readable
  blocked, ///< when the socket is writable; until then nothing else of the session may send
  broken,  ///< the connection is of no more use
};

/// One libssh2 session over a connected, non-blocking socket that it does not own. Not for two
/// threads.
class wire_session {
public:
  /// `key_types`: the host key types to ask for.
  wire_session(int socket, const std::string& key_types);
  ~wire_session();
  wire_session(const wire_session&) = delete;
  wire_session& operator=(const wire_session&) = delete;

  step handshake();
  [[nodiscard]] host_key server_key() const;
  step authenticate(const std::string& user, const std::string& key_file);
  /// Asks for no answer: a peer that is gone is noticed by TCP, and libssh2 1.10 keeps every
  /// answer for ever.
  step send_keepalive();

  /// How a call that returned `code` went.
  [[nodiscard]] step judge(int code) const;
  [[nodiscard]] std::string last_error() const;
  [[nodiscard]] int last_code() const;
  [[nodiscard]] _LIBSSH2_SESSION* get() const noexcept { return session_; }

private:
  int socket_;
  _LIBSSH2_SESSION* session_;
};

/// Drives one `channel_fsm` over a session.
class wire_channel {
public:
  using listener = std::function<void(stream, std::string_view)>;

  wire_channel(exec_request request, listener on_bytes);

  /// Does what can be done now. `done`: something moved.
  step advance(wire_session& session);

  /// The session is gone, and libssh2's channel with it.
  void connection_lost(const std::string& sentence);

  [[nodiscard]] channel_fsm& machine() noexcept { return machine_; }
  /// How long it has had, or had, the node's attention.
  [[nodiscard]] std::chrono::microseconds on_node() const;

private:
  step perform(wire_session& session, channel_action action);
  step open(wire_session& session);
  step execute(wire_session& session);
  step send(wire_session& session);
  step send_eof(wire_session& session);
  step read(wire_session& session);
  step read_stream(wire_session& session, stream from);
  step await_close(wire_session& session);
  step release(wire_session& session);
  step with_reading(wire_session& session, step sending);

  using clock = std::chrono::steady_clock;

  channel_fsm machine_;
  std::optional<clock::time_point> opened_at_;
  listener on_bytes_;
  _LIBSSH2_CHANNEL* channel_ = nullptr;
  /// What is half sent must be sent to its end before anything else, whatever is wanted by now.
  channel_action unfinished_ = channel_action::done;
  bool is_reading_blocked_ = false; ///< it is a window that is half sent, not the input
};

} // namespace cloudpods::ssh
