#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include "http/clocks.hpp"

namespace cloudpods::test {

/// Both clocks of a server, moved by hand from any thread.
class moved_clock {
public:
  void move(std::chrono::milliseconds by) { *passed_ += by.count(); }

  [[nodiscard]] domain::instant wall() const { return began_ + passed(); }
  [[nodiscard]] http::clocks clocks() const {
    return {[*this] { return wall(); }, [*this] { return steady_began_ + passed(); }};
  }

private:
  [[nodiscard]] std::chrono::milliseconds passed() const {
    return std::chrono::milliseconds{passed_->load()};
  }

  std::shared_ptr<std::atomic<std::int64_t>> passed_ =
      std::make_shared<std::atomic<std::int64_t>>(0);
  domain::instant began_ =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  std::chrono::steady_clock::time_point steady_began_ = std::chrono::steady_clock::now();
};

} // namespace cloudpods::test
