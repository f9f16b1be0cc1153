#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "http/service.hpp"
#include "http/session.hpp"

namespace cloudpods::http {

struct server_settings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080; ///< 0: any free one
  unsigned threads = 1;
  std::size_t max_connections = 10'000;
  session_settings session;
  /// How often overdue connections are looked for.
  std::chrono::milliseconds sweep{250};
};

/// Makes the service of one io thread, which must live as long as that thread runs.
using make_service = std::function<std::unique_ptr<service>(boost::asio::io_context&)>;

/// Listens, and serves each connection on one of its io threads.
class server {
public:
  server(server_settings settings, make_service make);
  /// Stops, without grace, where `stop` was not called.
  ~server();

  /// Binds and starts serving; returns the port.
  /// @throws boost::system::system_error where the address can't be had
  std::uint16_t start();
  /// Runs `call` with each service, on its thread.
  void tell(const std::function<void(service&)>& call);
  /// Takes no new connections, lets answers under way finish within `grace`, ends the threads.
  void stop(std::chrono::milliseconds grace);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace cloudpods::http
