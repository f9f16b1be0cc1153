#pragma once

#include <cstdint>
#include <string>

namespace cloudpods::node_sim {

/// A flock on a file under <root>/locks, held until the object or the process ends.
class held_lock {
public:
  held_lock() = default;
  held_lock(held_lock&& other) noexcept;
  held_lock& operator=(held_lock&& other) noexcept;
  ~held_lock();

  int file() const { return file_; }

  /// Takes a lock without waiting; an empty one if another process has it.
  static held_lock try_take(const std::string& name);
  /// Waits as long as needed.
  static held_lock take(const std::string& name);
  /// Waits `ms`, then fails with Proxmox's text about `shown_path`. Says so if it has to wait.
  static held_lock take_within(const std::string& name, const std::string& shown_path,
                               std::int64_t ms, bool shared);

  explicit operator bool() const { return file_ >= 0; }

private:
  explicit held_lock(int file) : file_{file} {}

  int file_ = -1;
};

enum class guest_kind;

/// The flock that every change of a guest's configuration takes. Once it is held,
/// the latency of the command is spent.
held_lock lock_guest(int vmid, guest_kind kind, std::int64_t real_ms = 10'000, bool shared = false);
/// The lock that every allocation on a storage takes.
held_lock lock_storage(const std::string& storage);

} // namespace cloudpods::node_sim
