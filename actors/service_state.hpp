#pragma once

#include <atomic>

namespace cloudpods::actors {

/// How far the daemon is (architecture 7).
enum class service_phase { starting, standby, serving, stopping };

/// What the whole process may ask at any time, from any thread.
class service_state {
public:
  [[nodiscard]] service_phase phase() const { return phase_.load(std::memory_order_acquire); }
  void enter(service_phase phase) { phase_.store(phase, std::memory_order_release); }

  /// Whether the store answered the last time it was asked.
  [[nodiscard]] bool store_reachable() const { return store_.load(std::memory_order_acquire); }
  void note_store(bool reachable) { store_.store(reachable, std::memory_order_release); }

private:
  std::atomic<service_phase> phase_{service_phase::starting};
  std::atomic<bool> store_{false};
};

} // namespace cloudpods::actors
