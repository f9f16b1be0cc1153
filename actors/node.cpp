#include "actors/node.hpp"

#include <algorithm>

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/counted_mailbox.hpp"
#include "actors/log_line.hpp"
#include "actors/node_life.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::seconds look_interval{1};

} // namespace

void node_life::init(node_actor::pointer actor, engine_ptr engine, node_parts parts) {
  self_ = actor;
  engine_ = std::move(engine);
  parts_ = std::move(parts);
  told_ = parts_.told;
  const auto now = engine_->now();
  budgets_.emplace(parts_.limits);
  circuit_.emplace(circuit::settings{}, told_.circuit_open, now);
  log_at_ = told_.log;
  away_since_ = next_log_ = next_guests_ = next_hourly_ = now;
  for (std::size_t i = 0; i < parts_.workers; ++i)
    workers_.push_back({start_worker(i), false, false, 0, {}});
  // A worker that breaks is made anew; the node's end takes them along.
  self_->set_exit_handler([this](const caf::exit_msg& end) {
    if (end.reason == caf::exit_reason::user_shutdown)
      self_->quit(end.reason);
  });
  self_->set_down_handler([this](const caf::down_msg& gone) { forget(gone.source); });
  self_->delayed_send(self_, look_interval, look_at_node{});
}

void node_life::look() {
  self_->delayed_send(self_, look_interval, look_at_node{});
  tell_reachability();
  announce_again();
  if (std::exchange(places_changed_, false))
    tell_places();
  const auto now = engine_->now();
  if (!is_up())
    return;
  if (circuit_->wants_probe(now))
    probe();
  if (!parts_.log_file.empty() && !log_out_ && now >= next_log_)
    read_log();
  if (now >= next_guests_)
    read_guests();
  if (now >= next_hourly_) {
    read_sudo();
    find_old_attempts();
  }
  if (now < next_capacity_)
    return;
  read_capacity();
  sweep_ended();
}

ssh_worker_actor node_life::start_worker(std::size_t number) {
  auto made = parts_.spawn_worker(number, caf::actor_cast<node_actor>(self_));
  self_->monitor(made);
  self_->link_to(made);
  return made;
}

bool node_life::renew_worker(const caf::actor_addr& gone) {
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto& broken = workers_[i];
    if (broken.handle.address() != gone)
      continue;
    spdlog::error("{}", log_line("worker-broke", "made anew", {{"node", parts_.name.value}}));
    broken.handle = start_worker(i);
    ++broken.connection;
    broken.to_announce = false;
    note_connection(broken, false, "The connection broke.");
    for (auto& [number, lost] : std::exchange(broken.busy, {}))
      lost();
    return true;
  }
  return false;
}

void node_life::connected(const connection_changed& news) {
  auto& one = workers_.at(news.worker);
  ++one.connection;
  one.to_announce = false;
  if (news.up)
    announce(one);
  else
    note_connection(one, false, news.message);
}

void node_life::announce(worker& to) {
  self_->request(to.handle, answer_certain, announce_epoch{})
      .then(
          [this, &to, connection = to.connection,
           epoch = engine_->epoch->load()](announce_reply& answer) {
            if (to.connection != connection)
              return;
            // Our own log may have raised it meanwhile, and another connection brought it there.
            if (answer.result == announcement::fenced && engine_->epoch->load() > epoch)
              answer.result = announcement::failed;
            announced(to, answer);
          },
          [](const caf::error&) {});
}

void node_life::announced(worker& to, const announce_reply& answer) {
  switch (answer.result) {
  case announcement::done:
    note_connection(to, true, {});
    break;
  case announcement::fenced:
    engine_->give_up("A node has seen a newer writer.");
    break;
  case announcement::failed:
    // Nothing may be resolved there yet: it counts as away.
    if (!to.up && answer.message != why_away_)
      spdlog::warn("{}",
                   log_line("node-not-announced", answer.message, {{"node", parts_.name.value}}));
    to.to_announce = true;
    if (!is_up())
      why_away_ = answer.message; // said already
    note_connection(to, false, answer.message);
  }
}

void node_life::announce_again() {
  for (auto& each : workers_)
    if (std::exchange(each.to_announce, false))
      announce(each);
}

void node_life::note_connection(worker& one, bool up, const std::string& message) {
  const bool before = is_up();
  one.up = up;
  if (!before && is_up())
    came_back();
  else if (before && !is_up())
    went_away(message);
  else if (!before && !up)
    stays_away(message);
}

bool node_life::is_up() const {
  return std::ranges::any_of(workers_, [](const worker& each) { return each.up; });
}

void node_life::dispatch(waiting_request request) {
  worker* best = nullptr;
  for (auto& each : workers_)
    if (each.up && (best == nullptr || each.busy.size() < best->busy.size()))
      best = &each;
  if (best == nullptr)
    waiting_.push_back(std::move(request));
  else
    request(*best);
}

void node_life::came_back() {
  spdlog::info("{}", log_line("node-up", "connected", {{"node", parts_.name.value}}));
  for (auto& each : std::exchange(waiting_, {}))
    dispatch(std::move(each));
  next_capacity_ = next_guests_ = next_hourly_ = engine_->now();
  circuit_->probe_soon(engine_->now());
  places_changed_ = true;
  admit();
}

/// A host that was never reached, or that is away for another reason now; retries are no news.
void node_life::stays_away(const std::string& why) {
  if (why == why_away_)
    return;
  spdlog::warn("{}", log_line("node-down", why, {{"node", parts_.name.value}}));
  why_away_ = why;
}

void node_life::went_away(const std::string& why) {
  spdlog::warn("{}", log_line("node-down", why, {{"node", parts_.name.value}}));
  why_away_ = why;
  away_since_ = engine_->now();
  places_changed_ = true;
}

namespace {

node_actor::behavior_type node(counted_pointer<node_actor, node_life> self, engine_ptr engine,
                               node_parts parts) {
  self->count_as("node:" + parts.name.value, engine->meters->mailboxes);
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(parts));
  return {
      [&life](run_attempt& request) { return life.attempt(std::move(request)); },
      [&life](run_query& request) { return life.query(std::move(request)); },
      [&life](const end_attempt& unwanted) { life.end(unwanted); },
      [&life](const acquire_lease& wish) { life.acquire(wish); },
      [&life](const release_lease& over) { life.release(over); },
      [&life](open_admission) { life.open(); },
      [&life](const connection_changed& news) { life.connected(news); },
      [&life](const sweep_items& items) { life.sweep(items); },
      [&life](look_at_node) { life.look(); },
      [&life](show_node) { return life.show(); },
      [&life](const set_drained& wish) { return life.drain(wish); },
      [&life](show_guests) { return life.guests(); },
  };
}

} // namespace

node_actor spawn_node(caf::actor_system& system, engine_ptr engine, node_parts parts) {
  return system.spawn(node, std::move(engine), std::move(parts));
}

} // namespace cloudpods::actors
