#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace cloudpods::http {

/// How many requests are under way, over all io threads; long waits are counted apart, so that
/// they lock nobody out (architecture 8).
class load {
public:
  load(std::size_t most_in_flight, std::size_t most_waiting)
      : in_flight_(most_in_flight), waiting_(most_waiting) {}

  class counter {
  public:
    explicit counter(std::size_t most) : most_(most) {}
    bool enter() {
      if (count_.fetch_add(1) < most_)
        return true;
      leave();
      return false;
    }
    void leave() { count_.fetch_sub(1); }

  private:
    std::size_t most_;
    std::atomic<std::size_t> count_{0};
  };

  counter& in_flight() { return in_flight_; }
  counter& waiting() { return waiting_; }

private:
  counter in_flight_;
  counter waiting_;
};

/// One request's part of the load; ends with it.
class load_ticket {
public:
  explicit load_ticket(std::shared_ptr<load> of) : of_(std::move(of)) {}
  ~load_ticket() {
    if (at_ != nullptr)
      at_->leave();
  }
  load_ticket(const load_ticket&) = delete;
  load_ticket& operator=(const load_ticket&) = delete;

  /// False where there are too many; then the request is refused.
  bool enter() { return move_to(of_->in_flight()); }
  /// From now on the request only waits. False where too many do.
  bool wait() { return move_to(of_->waiting()); }

private:
  bool move_to(load::counter& to) {
    if (!to.enter())
      return false;
    if (at_ != nullptr)
      at_->leave();
    at_ = &to;
    return true;
  }

  std::shared_ptr<load> of_;
  load::counter* at_ = nullptr;
};

} // namespace cloudpods::http
