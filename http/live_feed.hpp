#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "http/subscriber.hpp"

namespace cloudpods::http {

/// Hands the live events of one io thread to its subscribers. Contiguity is judged here, once for
/// all of them: a batch has to begin with `head + 1`.
class live_feed {
public:
  /// What a subscriber is made with.
  [[nodiscard]] const live_tail& tail() const { return tail_; }

  void join(subscriber& who);
  void leave(subscriber& who);
  [[nodiscard]] std::size_t size() const { return size_; }

  /// The feed begins, or begins anew, behind `head`.
  void begins_after(std::int64_t head);
  void deliver(const actors::live_events& batch);
  void deliver(const actors::live_progress& progress);

private:
  using group = std::vector<subscriber*>;

  template <class Function>
  void for_each(const domain::tenant_id& tenant, Function call);
  void skip_to(std::int64_t first);

  live_tail tail_;
  std::unordered_map<domain::tenant_id, group> by_tenant_;
  group of_all_; ///< those without a tenant in their filter
  std::size_t size_ = 0;
};

} // namespace cloudpods::http
