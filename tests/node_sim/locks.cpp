#include "node_sim/locks.hpp"

#include "node_sim/faults.hpp"
#include "node_sim/guest.hpp"
#include "node_sim/node.hpp"
#include "node_sim/system.hpp"
#include "node_sim/waiting.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace cloudpods::node_sim {

namespace {

int open_lock(const std::string& name) {
  const auto path = inside(cat("locks/", name));
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0)
    throw failure{cat("can't open file '", path, "'")};
  return file;
}

} // namespace

held_lock::held_lock(held_lock&& other) noexcept : file_{std::exchange(other.file_, -1)} {}

held_lock& held_lock::operator=(held_lock&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

held_lock::~held_lock() {
  if (file_ >= 0)
    ::close(file_);
}

held_lock held_lock::try_take(const std::string& name) {
  held_lock lock{open_lock(name)};
  if (::flock(lock.file_, LOCK_EX | LOCK_NB) != 0)
    return {};
  return lock;
}

held_lock held_lock::take(const std::string& name) {
  held_lock lock{open_lock(name)};
  while (::flock(lock.file_, LOCK_EX) != 0) {
  }
  return lock;
}

held_lock held_lock::take_within(const std::string& name, const std::string& shown_path,
                                 std::int64_t ms, bool shared) {
  held_lock lock{open_lock(name)};
  const int mode = shared ? LOCK_SH : LOCK_EX;
  if (::flock(lock.file_, mode | LOCK_NB) == 0)
    return lock;
  err("trying to acquire lock...");
  if (!take_flock(lock.file_, mode, ms)) {
    err("\n");
    throw failure{cat("can't lock file '", shown_path, "' - got timeout")};
  }
  err(" OK\n");
  return lock;
}

held_lock lock_guest(int vmid, guest_kind kind, std::int64_t real_ms, bool shared) {
  const auto path = kind == guest_kind::vm ? cat("/var/lock/qemu-server/lock-", vmid, ".conf")
                                           : cat("/run/lock/lxc/pve-config-", vmid, ".lock");
  auto lock = held_lock::take_within(cat("guest-", vmid), path, scaled_ms(real_ms), shared);
  spend_latency();
  return lock;
}

held_lock lock_storage(const std::string& storage) {
  return held_lock::take_within(cat("storage-", storage),
                                cat("/var/lock/pve-manager/pve-storage-", storage),
                                scaled_ms(10'000), false);
}

} // namespace cloudpods::node_sim
