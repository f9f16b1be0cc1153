#pragma once

#include <atomic>
#include <cstdint>

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

  /// Rises every second while the event log's actor lives and comes to its messages.
  [[nodiscard]] std::uint64_t log_beats() const { return beats_.load(std::memory_order_relaxed); }
  void beat_log() { beats_.fetch_add(1, std::memory_order_relaxed); }

private:
  std::atomic<service_phase> phase_{service_phase::starting};
  std::atomic<bool> store_{false};
  std::atomic<std::uint64_t> beats_{0};
};

} // namespace cloudpods::actors
