#include "http/server.hpp"

#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

namespace cloudpods::http {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto with_error = asio::as_tuple(asio::use_awaitable);
/// After a failed accept (no file descriptor left, for one) others get a chance first.
constexpr std::chrono::milliseconds breath{20};

/// One thread with everything that lives on it.
struct io_thread {
  explicit io_thread(const make_service& make) : application(make(io)), sweeper(io) {}

  session_set sessions; // outlives `io`, which may still own connections when it ends
  asio::io_context io{1};
  std::unique_ptr<service> application;
  asio::steady_timer sweeper;
  bool stopping = false;
  std::thread thread;

  void sweep(std::chrono::milliseconds every) {
    sweeper.expires_after(every);
    sweeper.async_wait([this, every](boost::system::error_code fault) {
      if (fault)
        return;
      const auto now = steady_clock::now();
      for (auto* each : std::vector<session*>(sessions.begin(), sessions.end()))
        each->expire(now);
      sweep(every);
    });
  }

  void stop() {
    stopping = true;
    application->stop();
    for (auto* each : std::vector<session*>(sessions.begin(), sessions.end()))
      each->stop();
  }

  /// Ends the thread once nothing is under way on it any more, or at the deadline.
  void drain(steady_clock::time_point deadline) {
    if ((sessions.empty() && application->is_idle()) || steady_clock::now() >= deadline)
      return io.stop();
    sweeper.expires_after(breath);
    sweeper.async_wait([this, deadline](boost::system::error_code) { drain(deadline); });
  }
};

} // namespace

struct server::state {
  state(server_settings how, make_service make) : settings(std::move(how)) {
    for (unsigned i = 0; i < settings.threads; ++i)
      threads.push_back(std::make_unique<io_thread>(make));
  }

  server_settings settings;
  std::shared_ptr<std::atomic<std::size_t>> connections =
      std::make_shared<std::atomic<std::size_t>>(0);
  std::vector<std::unique_ptr<io_thread>> threads;
  std::unique_ptr<tcp::acceptor> acceptor;
  bool running = false;

  /// Null where all places are taken.
  connection_place take_place() {
    if (connections->fetch_add(1) < settings.max_connections)
      return {connections.get(), [count = connections](void*) { count->fetch_sub(1); }};
    connections->fetch_sub(1);
    return nullptr;
  }

  void admit(tcp::socket socket, io_thread& on) {
    asio::post(on.io, [this, &on, socket = std::move(socket), place = take_place()]() mutable {
      if (!on.stopping)
        std::make_shared<session>(std::move(socket), std::move(place), *on.application,
                                  settings.session, on.sessions)
            ->start();
    });
  }

  asio::awaitable<void> accept() {
    for (std::size_t turn = 0; acceptor->is_open(); turn = (turn + 1) % threads.size()) {
      auto& on = *threads[turn];
      auto [fault, socket] = co_await acceptor->async_accept(on.io, with_error);
      if (!fault) {
        admit(std::move(socket), on);
      } else if (acceptor->is_open()) {
        spdlog::warn("http-accept-failed: {}", fault.message());
        asio::steady_timer pause(acceptor->get_executor(), breath);
        co_await pause.async_wait(with_error);
      }
    }
  }

  void listen() {
    const tcp::endpoint where(asio::ip::make_address(settings.address), settings.port);
    acceptor = std::make_unique<tcp::acceptor>(threads.front()->io);
    acceptor->open(where.protocol());
    acceptor->set_option(tcp::acceptor::reuse_address(true));
    acceptor->bind(where);
    acceptor->listen(asio::socket_base::max_listen_connections);
  }

  void run() {
    asio::co_spawn(threads.front()->io, accept(), asio::detached);
    for (auto& each : threads) {
      each->sweep(settings.sweep);
      each->thread = std::thread([&io = each->io] { io.run(); });
    }
    running = true;
  }

  void stop(std::chrono::milliseconds grace) {
    const auto deadline = steady_clock::now() + grace;
    asio::post(threads.front()->io, [this] { acceptor->close(); });
    for (auto& each : threads)
      asio::post(each->io, [&on = *each, deadline] {
        on.stop();
        on.drain(deadline);
      });
    for (auto& each : threads)
      each->thread.join();
    running = false;
  }
};

server::server(server_settings settings, make_service make)
    : state_(std::make_unique<state>(std::move(settings), std::move(make))) {}

server::~server() { stop(std::chrono::milliseconds{0}); }

std::uint16_t server::start() {
  state_->listen();
  const auto port = state_->acceptor->local_endpoint().port();
  state_->run();
  return port;
}

void server::tell(const std::function<void(service&)>& call) {
  for (auto& each : state_->threads)
    asio::post(each->io, [&on = *each, call] { call(*on.application); });
}

void server::stop(std::chrono::milliseconds grace) {
  if (state_->running)
    state_->stop(grace);
}

} // namespace cloudpods::http
