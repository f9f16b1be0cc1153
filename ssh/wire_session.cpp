#include "ssh/wire_session.hpp"

#include <stdexcept>

#include <libssh2.h>
#include <sys/socket.h>

namespace cloudpods::ssh {

namespace {

/// Once for the process, before the first session; never undone, since sessions may end late.
void initialise_library() {
  static const int code = libssh2_init(0);
  if (code != 0)
    throw std::runtime_error("libssh2 cannot be initialised");
}

} // namespace

wire_session::wire_session(int socket, const std::string& key_types) : socket_(socket) {
  initialise_library();
  session_ = libssh2_session_init();
  if (!session_)
    throw std::bad_alloc();
  libssh2_session_set_blocking(session_, 0);
  if (libssh2_session_method_pref(session_, LIBSSH2_METHOD_HOSTKEY, key_types.c_str()) != 0) {
    libssh2_session_free(session_);
    throw std::runtime_error("libssh2 knows none of the host key types " + key_types);
  }
}

wire_session::~wire_session() {
  // A socket that is shut down makes every step of the farewell end at once.
  ::shutdown(socket_, SHUT_RDWR);
  constexpr int most_tries = 1000;
  for (int i = 0; i < most_tries && libssh2_session_free(session_) == LIBSSH2_ERROR_EAGAIN; ++i) {
  }
}

step wire_session::handshake() { return judge(libssh2_session_handshake(session_, socket_)); }

host_key wire_session::server_key() const {
  std::size_t size = 0;
  int type = 0;
  const auto* blob = libssh2_session_hostkey(session_, &size, &type);
  return blob ? host_key{{blob, size}} : host_key{};
}

step wire_session::authenticate(const std::string& user, const std::string& key_file) {
  return judge(libssh2_userauth_publickey_fromfile_ex(session_, user.c_str(),
                                                      static_cast<unsigned>(user.size()), nullptr,
                                                      key_file.c_str(), nullptr));
}

step wire_session::send_keepalive() {
  // An interval of one second: the caller's timer decides, not libssh2's.
  libssh2_keepalive_config(session_, 0, 1);
  int ignored = 0;
  return judge(libssh2_keepalive_send(session_, &ignored));
}

step wire_session::judge(int code) const {
  if (code >= 0)
    return step::done;
  if (code != LIBSSH2_ERROR_EAGAIN)
    return step::broken;
  const auto wanted = libssh2_session_block_directions(session_);
  return wanted & LIBSSH2_SESSION_BLOCK_OUTBOUND ? step::blocked : step::later;
}

std::string wire_session::last_error() const {
  char* text = nullptr;
  int size = 0;
  libssh2_session_last_error(session_, &text, &size, 0);
  return text && size > 0 ? std::string{text, static_cast<std::size_t>(size)} : "the session ended";
}

int wire_session::last_code() const { return libssh2_session_last_errno(session_); }

} // namespace cloudpods::ssh
