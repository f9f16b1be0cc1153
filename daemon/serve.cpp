#include "daemon/serve.hpp"

#include <atomic>
#include <csignal>
#include <thread>

#include <spdlog/spdlog.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "actors/log_line.hpp"
#include "daemon/engine_room.hpp"
#include "daemon/http_settings.hpp"
#include "daemon/log_format.hpp"
#include "http/api_server.hpp"

namespace cloudpods::daemon {

namespace {

using actors::log_line;
using actors::service_phase;

constexpr std::chrono::seconds answers_grace{5};

/// Blocks the signals that end the daemon, in this thread and all that it starts, so that one
/// place can wait for them.
class end_signals {
public:
  end_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    descriptor_ = signalfd(-1, &set, SFD_CLOEXEC);
    std::signal(SIGPIPE, SIG_IGN);
  }
  ~end_signals() { ::close(descriptor_); }
  end_signals(const end_signals&) = delete;
  end_signals& operator=(const end_signals&) = delete;

  void wait() const {
    signalfd_siginfo info{};
    while (::read(descriptor_, &info, sizeof info) < 0 && errno == EINTR) {
    }
  }

private:
  int descriptor_ = -1;
};

const char* status_of(service_phase phase) {
  switch (phase) {
  case service_phase::standby:
    return "STATUS=standby: another daemon leads";
  case service_phase::serving:
    return "STATUS=serving";
  case service_phase::stopping:
    return "STATUS=stopping";
  default:
    return "STATUS=starting";
  }
}

/// The engine's start may take as long as Postgres is away: it runs beside the wait for a signal.
class engine_start {
public:
  engine_start(engine_room& room, http::api_server& server, actors::service_state& state)
      : thread_([this, &room, &server, &state] { run(room, server, state); }) {}

  void stop() {
    stop_ = true;
    thread_.join();
  }

  [[nodiscard]] bool failed() const { return failed_; }

private:
  void run(engine_room& room, http::api_server& server, actors::service_state& state) {
    try {
      const auto entrance = room.start(stop_);
      if (!entrance)
        return;
      http::actor_handles handles;
      handles.directory = entrance->directory;
      handles.readers.assign(entrance->readers.begin(), entrance->readers.end());
      handles.feed = entrance->feed;
      for (const auto& [name, node] : entrance->nodes)
        handles.nodes.emplace(name, caf::actor_cast<actors::node_door_actor>(node));
      server.connect(std::move(handles));
      state.enter(service_phase::serving);
      spdlog::info("{}", log_line("serving", "recovery is done"));
      sd_notify(0, status_of(service_phase::serving));
    } catch (const std::exception& why) {
      spdlog::critical("{}", log_line("start-failed", why.what()));
      failed_ = true;
      ::kill(::getpid(), SIGTERM);
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  std::thread thread_;
};

void tell_proxmox_variables(const config::proxmox_variables& variables) {
  for (const auto& each : variables.used)
    spdlog::info("{}", log_line("environment-used", "the file names no nodes", {{"name", each}}));
  for (const auto& each : variables.ignored)
    spdlog::warn("{}", log_line("environment-ignored", "host keys are always checked here",
                                {{"name", each}}));
}

} // namespace

int serve(const config::settings& settings) {
  const end_signals signals;
  start_logging(settings.log);
  tell_proxmox_variables(settings.proxmox_variables);
  bool failed = false;
  {
    const auto state = std::make_shared<actors::service_state>();
    engine_room room{settings, state};
    http::api_server server{api_settings_of(settings), room.system(), *state};
    server.offer(std::make_shared<const domain::catalogue>(settings.catalogue));
    try {
      const auto port = server.start();
      spdlog::info("{}", log_line("listening", "requests are heard",
                                  {{"address", settings.http.listen.address},
                                   {"port", std::to_string(port)}}));
    } catch (const std::exception& why) {
      spdlog::critical("{}", log_line("listen-failed", why.what()));
      flush_log();
      return 1;
    }
    sd_notify(0, "READY=1\nSTATUS=starting");
    engine_start start{room, server, *state};
    signals.wait();
    spdlog::info("{}", log_line("stopping", "no new work"));
    sd_notify(0, "STOPPING=1\nSTATUS=stopping");
    state->enter(service_phase::stopping);
    start.stop();
    state->enter(service_phase::stopping);
    failed = start.failed();
    if (!failed)
      room.drain(settings.jobs.shutdown_grace);
    server.stop(answers_grace);
  }
  spdlog::info("{}", log_line("stopped", "all is written"));
  flush_log();
  return failed ? 1 : 0;
}

} // namespace cloudpods::daemon
