#include "actors/worker_connection.hpp"

#include <optional>

#include <boost/asio/post.hpp>

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"

namespace cloudpods::actors {

struct worker_connection::bridge : ssh::connection_observer {
  explicit bridge(const worker_parts& parts)
      : node(parts.node), number(parts.number), name(parts.setting.node.value) {}

  void up() override { caf::anon_send(node, connection_changed{number, true, {}}); }

  void down(const std::string& sentence) override {
    caf::anon_send(node, connection_changed{number, false, sentence});
  }

  void host_key_refused(const ssh::host_key_refusal& refusal) override {
    spdlog::error("{}", log_line("ssh-host-key-refused", refusal.sentence,
                                 {{"node", name},
                                  {"offered", refusal.offered_fingerprint},
                                  {"known", refusal.known_fingerprints}}));
    down(refusal.sentence);
  }

  void host_key_pinned(const std::string& fingerprint) override {
    spdlog::warn("{}", log_line("ssh-host-key-pinned", "a new host is trusted from now on",
                                {{"node", name}, {"fingerprint", fingerprint}}));
  }

  node_actor node;
  std::size_t number;
  std::string name;
  std::optional<ssh::node_connection> connection; ///< touched on the io thread only
};

worker_connection::worker_connection(const worker_parts& parts, std::function<double()> chance)
    : io_(*parts.io), bridge_(std::make_shared<bridge>(parts)) {
  boost::asio::post(io_, [bridge = bridge_, settings = parts.connection, &io = io_,
                          chance = std::move(chance)]() mutable {
    bridge->connection.emplace(io, std::move(settings), *bridge, std::move(chance));
  });
}

worker_connection::~worker_connection() {
  boost::asio::post(io_, [bridge = std::move(bridge_)] { bridge->connection.reset(); });
}

void worker_connection::run(ssh::exec_request request, line_events events) {
  boost::asio::post(io_, [bridge = bridge_, request = std::move(request),
                          events = std::move(events)]() mutable {
    if (bridge->connection)
      bridge->connection->run(std::move(request), std::move(events.output), std::move(events.done));
  });
}

} // namespace cloudpods::actors
