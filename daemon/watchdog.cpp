#include "daemon/watchdog.hpp"

#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include "actors/log_line.hpp"

namespace cloudpods::daemon {

vital_signs::vital_signs(const actors::service_state& state, std::size_t threads,
                         std::function<void(const std::function<void()>&)> ask)
    : state_(state), threads_(threads), ask_(std::move(ask)) {}

bool vital_signs::look() {
  const bool io_lives = heard_ && heard_->load() == threads_;
  heard_ = std::make_shared<std::atomic<std::size_t>>(0);
  ask_([heard = heard_] { heard->fetch_add(1); });
  const auto beats = state_.log_beats();
  const bool serves = state_.phase() == actors::service_phase::serving;
  // Before the daemon serves there may be no event log yet.
  const bool log_lives = !serves || !served_ || beats != beats_;
  beats_ = beats;
  served_ = serves;
  return io_lives && log_lives;
}

watchdog::watchdog(const actors::service_state& state, http::api_server& server,
                   std::size_t threads)
    : signs_(state, threads,
             [&server](const std::function<void()>& answered) { server.ping(answered); }) {
  std::uint64_t limit = 0;
  if (sd_watchdog_enabled(0, &limit) > 0)
    thread_ = std::thread([this, limit] { run(std::chrono::microseconds{limit / 4}); });
}

watchdog::~watchdog() {
  {
    const std::lock_guard guard(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable())
    thread_.join();
}

void watchdog::run(std::chrono::microseconds pause) {
  bool silent = false;
  bool first = true;
  std::unique_lock guard(mutex_);
  do {
    const bool lives = signs_.look();
    if (lives)
      sd_notify(0, "WATCHDOG=1");
    else if (!first && !silent)
      spdlog::error("{}", actors::log_line("watchdog-silent",
                                           "the io threads or the event log do not answer"));
    silent = !lives && !first;
    first = false;
  } while (!wake_.wait_for(guard, pause, [this] { return stop_; }));
}

} // namespace cloudpods::daemon
