#include <caf/send.hpp>

#include "actors/node_life.hpp"

namespace cloudpods::actors {

namespace {

/// To so many of each queue a changed place is told.
constexpr std::size_t told_of_place = 100;

} // namespace

void node_life::acquire(const acquire_lease& wish) {
  watch(wish);
  if (wish.resumed) {
    budgets_->claim(wish.pod, wish.keys);
    told_waits_.erase(wish.pod);
    if (wish.holder)
      caf::anon_send(wish.holder, lease_granted{wish.keys});
    return;
  }
  budgets_->ask(wish.tenant, wish.pod, wish.keys);
  told_waits_.erase(wish.pod);
  places_changed_ = true;
  admit();
  if (const auto known = budgets_->standing_of(wish.pod))
    tell_place(*known);
}

void node_life::release(const release_lease& over) {
  const auto holder = holders_.find(over.pod);
  if (holder == holders_.end() || holder->second.address() != self_->current_sender())
    return; // from a life of the pod that is over
  give_back(over.pod, over.keys);
  admit();
}

void node_life::open() {
  open_ = true;
  admit();
}

void node_life::watch(const acquire_lease& wish) {
  if (!wish.holder)
    return;
  auto& holder = holders_[wish.pod];
  if (holder == wish.holder)
    return;
  // A pod's next life takes over what the one before it held.
  if (holder)
    self_->demonitor(holder);
  holder = wish.holder;
  self_->monitor(holder);
}

void node_life::forget(const caf::actor_addr& gone) {
  if (renew_worker(gone))
    return;
  std::erase_if(holders_, [&](const auto& each) {
    if (each.second.address() != gone)
      return false;
    give_back(each.first, {});
    return true;
  });
  admit();
}

void node_life::give_back(const domain::pod_id& pod, const budgets::key_set& keys) {
  budgets_->release(pod, keys);
  times_.released(pod, keys, engine_->now());
  if (keys.empty())
    told_waits_.erase(pod);
  places_changed_ = true;
}

bool node_life::admits() const { return open_ && is_up() && circuit_->lets_through(); }

void node_life::admit() {
  if (!admits())
    return;
  for (const auto& each : budgets_->admit()) {
    places_changed_ = true;
    told_waits_.erase(each.pod);
    times_.granted(each.pod, each.keys, engine_->now());
    if (const auto holder = holders_.find(each.pod); holder != holders_.end())
      caf::anon_send(holder->second, lease_granted{each.keys});
  }
}

void node_life::tell_place(const budgets::standing& known) {
  const auto holder = holders_.find(known.pod);
  if (holder == holders_.end())
    return;
  const bool of_node = !admits() || known.on == "node";
  lease_waits news{of_node ? "node:" + parts_.name.value : known.on,
                   static_cast<std::int64_t>(known.place)};
  if (admits())
    news.eta_s = times_.eta(known.on, known.place, budgets_->limit_of(known.on));
  auto& before = told_waits_[known.pod];
  if (before.on == news.on && before.place == news.place)
    return;
  before = news;
  caf::anon_send(holder->second, std::move(news));
}

void node_life::tell_places() {
  for (const auto& each : budgets_->next_in_line(told_of_place))
    tell_place(each);
}

void node_life::tell_held_back(const domain::pod_id& pod) {
  if (const auto holder = holders_.find(pod); holder != holders_.end())
    caf::anon_send(holder->second, lease_waits{"node:" + parts_.name.value});
}

} // namespace cloudpods::actors
