#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "ssh/connection_fsm.hpp"
#include "ssh/exec.hpp"

namespace cloudpods::ssh {

enum class host_key_policy {
  strict,     ///< an unknown or changed key is refused
  accept_new, ///< an unknown one is pinned, a changed one refused
};

struct connection_settings {
  std::string host;
  std::uint16_t port = 22;
  std::string user;
  std::string private_key_file;
  std::string known_hosts_file;
  host_key_policy policy = host_key_policy::strict;
  std::chrono::milliseconds connect_timeout{10000}; ///< from the name to the login
  std::chrono::milliseconds keepalive{15000};
  std::size_t channels = 4; ///< at once; sshd allows 10 by default, more wait
  connection_pace pace;
};

/// A host that is not, or may not be, the one we know.
struct host_key_refusal {
  std::string offered_fingerprint;
  std::string known_fingerprints; ///< "" where none is pinned
  std::string sentence;
};

/// Is told what an operator should know. Called on the io_context's thread, never inside a call of
/// the connection.
class connection_observer {
public:
  virtual ~connection_observer() = default;

  virtual void up() {}
  /// Once for each change; again only with another sentence.
  virtual void down(const std::string& /*sentence*/) {}
  virtual void host_key_refused(const host_key_refusal& /*refusal*/) {}
  virtual void host_key_pinned(const std::string& /*fingerprint*/) {}
};

using run_handle = std::uint64_t;

/// One SSH connection to one node that is kept up by itself; runs lines in a few channels at once.
///
/// Everything is called, and calls back, on the io_context's thread. Callbacks come from the
/// io_context, never from inside a call; after the destructor none comes any more.
class node_connection {
public:
  /// Connects at once. The observer must live as long as the connection.
  /// `chance`: numbers in [0, 1) for the backoff.
  node_connection(boost::asio::io_context& io, connection_settings settings,
                  connection_observer& observer, std::function<double()> chance);
  ~node_connection();
  node_connection(const node_connection&) = delete;
  node_connection& operator=(const node_connection&) = delete;

  /// Runs a line, or lets it wait for a channel or for the connection until its time is over.
  /// `done` is called exactly once: with how it ended, or with the fault that hides it. Past the
  /// limit only our channel is closed: what is detached goes on. While a host key is refused,
  /// every line fails at once.
  run_handle run(exec_request request, on_output output, on_done done);

  /// Ends a run with the fault `cancelled`; no effect on one that ended.
  void cancel(run_handle which);

  /// Ends every run with the fault `cancelled` and the connection for good.
  void close();

  [[nodiscard]] bool is_up() const noexcept;
  /// Runs that wait or run: by this an owner of several connections chooses.
  [[nodiscard]] std::size_t load() const noexcept;

private:
  class driver;
  std::shared_ptr<driver> driver_;
};

} // namespace cloudpods::ssh
