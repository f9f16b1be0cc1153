#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "domain/catalogue.hpp"

namespace cloudpods::actors {

/// What is sold, as it is now; any thread may read it. A reload puts a new catalogue up. Old ones
/// are kept as long as the board: what points into one that a decision began with stays good, and
/// a reload is rare.
class offer_board {
public:
  offer_board() = default;
  offer_board(const offer_board&) = delete;
  offer_board& operator=(const offer_board&) = delete;

  /// From now on this is sold.
  offer_board& operator=(std::shared_ptr<const domain::catalogue> offers) {
    const std::lock_guard guard(mutex_);
    now_.store(offers.get(), std::memory_order_release);
    all_.push_back(std::move(offers));
    return *this;
  }

  const domain::catalogue& operator*() const { return *now_.load(std::memory_order_acquire); }
  const domain::catalogue* operator->() const { return now_.load(std::memory_order_acquire); }
  /// To be kept.
  [[nodiscard]] std::shared_ptr<const domain::catalogue> current() const {
    const std::lock_guard guard(mutex_);
    return all_.empty() ? nullptr : all_.back();
  }

private:
  std::atomic<const domain::catalogue*> now_{nullptr};
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const domain::catalogue>> all_; ///< guarded by `mutex_`
};

} // namespace cloudpods::actors
