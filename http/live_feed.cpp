#include "http/live_feed.hpp"

#include <algorithm>

namespace cloudpods::http {

namespace {

constexpr std::size_t most_recent = 1024;

} // namespace

void live_feed::join(subscriber& who) {
  (who.filter().tenant ? by_tenant_[*who.filter().tenant] : of_all_).push_back(&who);
  ++size_;
}

void live_feed::leave(subscriber& who) {
  if (!who.filter().tenant) {
    size_ -= std::erase(of_all_, &who);
    return;
  }
  const auto found = by_tenant_.find(*who.filter().tenant);
  if (found == by_tenant_.end())
    return;
  size_ -= std::erase(found->second, &who);
  if (found->second.empty())
    by_tenant_.erase(found);
}

template <class Function>
void live_feed::for_each(const domain::tenant_id& tenant, Function call) {
  std::ranges::for_each(of_all_, call);
  if (const auto found = by_tenant_.find(tenant); found != by_tenant_.end())
    std::ranges::for_each(found->second, call);
}

/// Whoever is live and has not seen what lies between has to read it from the store.
void live_feed::skip_to(std::int64_t first) {
  if (first == tail_.head + 1)
    return;
  tail_.recent.clear();
  const auto tell = [&](subscriber* who) { who->feed_broke(tail_.head); };
  std::ranges::for_each(of_all_, tell);
  for (auto& [tenant, members] : by_tenant_)
    std::ranges::for_each(members, tell);
}

void live_feed::begins_after(std::int64_t head) {
  skip_to(head + 1);
  tail_.head = head;
}

void live_feed::deliver(const actors::live_events& batch) {
  if (batch.frames->empty())
    return;
  skip_to(batch.frames->front()->seq);
  for (const auto& frame : *batch.frames) {
    for_each(frame->tenant, [&](subscriber* who) { who->offer(frame); });
    tail_.recent.push_back(frame);
    tail_.head = frame->seq;
  }
  while (tail_.recent.size() > most_recent)
    tail_.recent.pop_front();
}

void live_feed::deliver(const actors::live_progress& progress) {
  for_each(progress.tenant, [&](subscriber* who) { who->offer(progress); });
}

} // namespace cloudpods::http
