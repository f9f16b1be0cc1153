#pragma once

#include <memory>

#include "actors/ssh_worker.hpp"

namespace cloudpods::actors {

/// Gets the lines' ends and output; called on the thread of the sockets.
struct line_events {
  std::function<void(ssh::stream, std::string_view)> output;
  std::function<void(ssh::exec_result)> done;
};

/// The one bridge between a worker's actor and its connection, which lives on the thread of the
/// sockets. Tells the node `connection_changed` and the log what an operator must know.
class worker_connection {
public:
  explicit worker_connection(const worker_parts& parts, std::function<double()> chance);
  ~worker_connection();
  worker_connection(const worker_connection&) = delete;
  worker_connection& operator=(const worker_connection&) = delete;

  /// From any thread.
  void run(ssh::exec_request request, line_events events);

private:
  struct bridge;
  boost::asio::io_context& io_;
  std::shared_ptr<bridge> bridge_;
};

} // namespace cloudpods::actors
