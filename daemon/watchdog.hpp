#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "actors/service_state.hpp"
#include "http/api_server.hpp"

namespace cloudpods::daemon {

/// Looks, turn by turn, whether the parts that all depends on still come to their work: the io
/// threads always, the event log's actor while the daemon serves. A turn that hears of all since
/// the turn before is a sign of life.
class vital_signs {
public:
  /// `ask` has each of `threads` io threads call what it is given.
  vital_signs(const actors::service_state& state, std::size_t threads,
              std::function<void(const std::function<void()>&)> ask);

  /// Whether all lived since the last look; the first look only asks.
  bool look();

private:
  const actors::service_state& state_;
  std::size_t threads_;
  std::function<void(const std::function<void()>&)> ask_;
  std::shared_ptr<std::atomic<std::size_t>> heard_;
  std::uint64_t beats_ = 0;
  bool served_ = false;
};

/// Tells systemd that the daemon lives (`WatchdogSec=`), as long as its vital signs say so. Does
/// nothing where systemd does not ask for it.
class watchdog {
public:
  watchdog(const actors::service_state& state, http::api_server& server, std::size_t threads);
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

private:
  void run(std::chrono::microseconds pause);

  vital_signs signs_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stop_ = false; ///< guarded by `mutex_`
  std::thread thread_;
};

} // namespace cloudpods::daemon
