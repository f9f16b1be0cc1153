#include "daemon/serve.hpp"

#include <atomic>
#include <csignal>
#include <thread>

#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "actors/log_line.hpp"
#include "daemon/engine_room.hpp"
#include "daemon/http_settings.hpp"
#include "daemon/log_format.hpp"
#include "daemon/reload.hpp"
#include "daemon/signals.hpp"
#include "daemon/watchdog.hpp"
#include "http/api_server.hpp"

namespace cloudpods::daemon {

namespace {

using actors::log_line;
using actors::service_phase;

constexpr std::chrono::seconds answers_grace{5};

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

  /// Whether the engine stands. Where it does not, the process gets SIGHUP again once it does.
  bool stands_or_recalls() {
    recall_ = true;
    return stands_ && recall_.exchange(false);
  }

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
      handles.platform = entrance->platform;
      handles.registry = entrance->registry;
      handles.focalpilot = entrance->focalpilot;
      handles.reconciler = caf::actor_cast<actors::reconcile_door_actor>(entrance->reconciler);
      for (const auto& [name, node] : entrance->nodes)
        handles.nodes.emplace(name, caf::actor_cast<actors::node_door_actor>(node));
      server.connect(std::move(handles));
      state.enter(service_phase::serving);
      spdlog::info("{}", log_line("serving", "recovery is done"));
      sd_notify(0, status_of(service_phase::serving));
      stands_ = true;
      if (recall_.exchange(false))
        ::kill(::getpid(), SIGHUP);
    } catch (const std::exception& why) {
      spdlog::critical("{}", log_line("start-failed", why.what()));
      failed_ = true;
      ::kill(::getpid(), SIGTERM);
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  std::atomic<bool> stands_{false};
  std::atomic<bool> recall_{false}; ///< a reload was asked for too early
  std::thread thread_;
};

void tell_proxmox_variables(const config::proxmox_variables& variables) {
  for (const auto& each : variables.used)
    spdlog::info("{}", log_line("environment-used", "the file names no nodes", {{"name", each}}));
  for (const auto& each : variables.ignored)
    spdlog::warn("{}", log_line("environment-ignored", "host keys are always checked here",
                                {{"name", each}}));
}

/// Until a signal ends the daemon.
void wait_for_end(const awaited_signals& signals, engine_start& start, reloader& reload) {
  while (signals.next() == SIGHUP) {
    if (!start.stands_or_recalls()) {
      spdlog::info("{}", log_line("reload-waits", "until the daemon serves"));
      continue;
    }
    sd_notify(0, "RELOADING=1");
    reload.reload();
    sd_notify(0, "READY=1");
  }
}

} // namespace

int serve(const config::settings& settings, const std::filesystem::path& file) {
  const awaited_signals signals;
  start_logging(settings.log);
  tell_proxmox_variables(settings.proxmox_variables);
  bool failed = false;
  {
    const auto state = std::make_shared<actors::service_state>();
    auto outside = api_settings_of(settings);
    engine_room room{settings, state, outside.meters};
    http::api_server server{std::move(outside), room.system(), *state};
    server.offer(room.offers());
    reloader reload{file, settings, room, server};
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
    {
      const watchdog guard{*state, server, static_cast<std::size_t>(settings.http.threads)};
      wait_for_end(signals, start, reload);
    }
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
