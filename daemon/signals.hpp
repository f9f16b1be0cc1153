#pragma once

namespace cloudpods::daemon {

/// Blocks the signals that end the daemon or have it read its configuration again, in this thread
/// and all that it starts, so that one place can wait for them.
class awaited_signals {
public:
  awaited_signals();
  ~awaited_signals();
  awaited_signals(const awaited_signals&) = delete;
  awaited_signals& operator=(const awaited_signals&) = delete;

  /// Waits for the next one: SIGTERM, SIGINT or SIGHUP.
  [[nodiscard]] int next() const;

private:
  int descriptor_ = -1;
};

} // namespace cloudpods::daemon
