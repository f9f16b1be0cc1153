#include "actors/node.hpp"

#include <algorithm>
#include <deque>

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::seconds look_interval{1};
constexpr std::chrono::seconds capacity_interval{30};
/// A connection that comes back at once is no news.
constexpr std::chrono::seconds away_before_told{5};

/// Told where a worker broke before it answered: CAF tells nobody of what it had begun.
using request_lost = std::function<void()>;

struct worker {
  ssh_worker_actor handle;
  bool up = false;
  std::map<std::uint64_t, request_lost> busy;
};

/// A request that waits for a connection.
using waiting_request = std::function<void(worker&)>;

class node_life {
public:
  void init(node_actor::pointer actor, engine_ptr engine, node_parts parts) {
    self_ = actor;
    engine_ = std::move(engine);
    parts_ = std::move(parts);
    budgets_.emplace(parts_.limits);
    away_since_ = engine_->now();
    for (std::size_t i = 0; i < parts_.workers; ++i)
      workers_.push_back({start_worker(i), false, {}});
    // A worker that breaks is made anew; the node's end takes them along.
    self_->set_exit_handler([this](const caf::exit_msg& end) {
      if (end.reason == caf::exit_reason::user_shutdown)
        self_->quit(end.reason);
    });
    self_->set_down_handler([this](const caf::down_msg& gone) { forget(gone.source); });
    self_->delayed_send(self_, look_interval, look_at_node{});
  }

  template <class Request, class Reply>
  caf::result<Reply> run(Request request) {
    auto promise = self_->make_response_promise<Reply>();
    dispatch([this, request = std::move(request), promise](worker& by) mutable {
      const auto number = ++last_request_;
      by.busy[number] = [promise]() mutable {
        promise.deliver(caf::make_error(caf::sec::request_receiver_down));
      };
      self_->request(by.handle, answer_certain, std::move(request))
          .then(
              [promise, number, &by](Reply& reply) mutable {
                if (by.busy.erase(number) > 0)
                  promise.deliver(std::move(reply));
              },
              [promise, number, &by](caf::error& why) mutable {
                if (by.busy.erase(number) > 0)
                  promise.deliver(std::move(why));
              });
    });
    return promise;
  }

  void acquire(const acquire_lease& wish) {
    watch(wish);
    if (wish.resumed) {
      budgets_->claim(wish.pod, wish.keys);
      if (wish.holder)
        caf::anon_send(wish.holder, lease_granted{wish.keys});
      return;
    }
    budgets_->ask(wish.tenant, wish.pod, wish.keys);
    admit();
    tell_waiting(wish.pod);
  }

  void release(const release_lease& over) {
    const auto holder = holders_.find(over.pod);
    if (holder == holders_.end() || holder->second.address() != self_->current_sender())
      return; // from a life of the pod that is over
    budgets_->release(over.pod, over.keys);
    admit();
  }

  void open() {
    open_ = true;
    admit();
  }

  void connected(const connection_changed& news) {
    note_connection(workers_.at(news.worker), news.up, news.message);
  }

  void sweep(const sweep_items& items) {
    ended_.insert(ended_.end(), items.items.begin(), items.items.end());
  }

  void look() {
    self_->delayed_send(self_, look_interval, look_at_node{});
    tell_reachability();
    if (!is_up() || engine_->now() < next_capacity_)
      return;
    next_capacity_ = engine_->now() + capacity_interval;
    read_capacity();
    sweep_ended();
  }

private:
  void note_connection(worker& one, bool up, const std::string& message) {
    const bool before = is_up();
    one.up = up;
    if (!before && is_up())
      came_back();
    else if (before && !is_up())
      went_away(message);
    else if (!up)
      why_away_ = message;
  }

  bool is_up() const {
    return std::ranges::any_of(workers_, [](const worker& each) { return each.up; });
  }

  ssh_worker_actor start_worker(std::size_t number) {
    auto made = parts_.spawn_worker(number, caf::actor_cast<node_actor>(self_));
    self_->monitor(made);
    self_->link_to(made);
    return made;
  }

  bool renew_worker(const caf::actor_addr& gone) {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (workers_[i].handle.address() != gone)
        continue;
      spdlog::error("{}", log_line("worker-broke", "made anew", {{"node", parts_.name.value}}));
      workers_[i].handle = start_worker(i);
      note_connection(workers_[i], false, "The connection broke.");
      for (auto& [number, lost] : std::exchange(workers_[i].busy, {}))
        lost();
      return true;
    }
    return false;
  }

  void dispatch(waiting_request request) {
    worker* best = nullptr;
    for (auto& each : workers_)
      if (each.up && (best == nullptr || each.busy.size() < best->busy.size()))
        best = &each;
    if (best == nullptr)
      waiting_.push_back(std::move(request));
    else
      request(*best);
  }

  void came_back() {
    spdlog::info("{}", log_line("node-up", "connected", {{"node", parts_.name.value}}));
    for (auto& each : std::exchange(waiting_, {}))
      dispatch(std::move(each));
    next_capacity_ = engine_->now();
    admit();
  }

  void went_away(const std::string& why) {
    spdlog::warn("{}", log_line("node-down", why, {{"node", parts_.name.value}}));
    why_away_ = why;
    away_since_ = engine_->now();
  }

  void watch(const acquire_lease& wish) {
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

  void forget(const caf::actor_addr& gone) {
    if (renew_worker(gone))
      return;
    std::erase_if(holders_, [&](const auto& each) {
      if (each.second.address() != gone)
        return false;
      budgets_->release(each.first, {});
      return true;
    });
    admit();
  }

  void admit() {
    if (!open_ || !is_up())
      return;
    for (const auto& each : budgets_->admit())
      if (const auto holder = holders_.find(each.pod); holder != holders_.end())
        caf::anon_send(holder->second, lease_granted{each.keys});
  }

  void tell_waiting(const domain::pod_id& pod) {
    const auto known = budgets_->standing_of(pod);
    const auto holder = holders_.find(pod);
    if (!known || holder == holders_.end())
      return;
    const bool of_node = !is_up() || known->on == "node";
    caf::anon_send(holder->second, lease_waits{of_node ? "node:" + parts_.name.value : known->on});
  }

  void tell_reachability() {
    const bool away = !is_up();
    if (away == told_away_ || (away && engine_->now() - away_since_ < away_before_told))
      return;
    told_away_ = away;
    domain::new_event fact;
    fact.stream = domain::node_stream(parts_.name);
    fact.category = away ? domain::category::warn : domain::category::info;
    fact.message = "Node " + parts_.name.value + (away ? " is unreachable" : " is reachable");
    if (away)
      fact.payload = domain::node_unreachable{why_away_};
    else
      fact.payload = domain::node_reachable{};
    append_events request;
    request.what.actor = {domain::actor_kind::system, "cloudpodsd"};
    request.what.events.push_back(std::move(fact));
    self_->request(parts_.log, answer_certain, std::move(request))
        .then([](const append_reply&) {}, [](const caf::error&) {});
  }

  void read_capacity() {
    dispatch([this](worker& by) {
      self_->request(by.handle, answer_certain, run_query{domain::read_capacity{}})
          .then(
              [this](const query_reply& reply) {
                if (reply.value)
                  self_->send(
                      parts_.allocator,
                      note_capacity{parts_.name, std::get<domain::node_capacity>(*reply.value)});
              },
              [](const caf::error&) {});
    });
  }

  void sweep_ended() {
    if (ended_.empty())
      return;
    dispatch([this, items = std::exchange(ended_, {})](worker& by) mutable {
      self_->send(by.handle, sweep_items{std::move(items)});
    });
  }

  node_actor::pointer self_ = nullptr;
  engine_ptr engine_;
  node_parts parts_;
  std::deque<worker> workers_;
  std::optional<budgets> budgets_;
  std::map<domain::pod_id, caf::actor> holders_;
  std::vector<waiting_request> waiting_;
  std::uint64_t last_request_ = 0;
  std::vector<domain::item_id> ended_;
  bool open_ = false;
  bool told_away_ = false;
  domain::instant away_since_;
  domain::instant next_capacity_;
  std::string why_away_ = "It was not reached since the start.";
};

node_actor::behavior_type node(node_actor::stateful_pointer<node_life> self, engine_ptr engine,
                               node_parts parts) {
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(parts));
  return {
      [&life](run_attempt& request) {
        return life.run<run_attempt, attempt_reply>(std::move(request));
      },
      [&life](run_query& request) { return life.run<run_query, query_reply>(std::move(request)); },
      [&life](const acquire_lease& wish) { life.acquire(wish); },
      [&life](const release_lease& over) { life.release(over); },
      [&life](open_admission) { life.open(); },
      [&life](const connection_changed& news) { life.connected(news); },
      [&life](const sweep_items& items) { life.sweep(items); },
      [&life](look_at_node) { life.look(); },
  };
}

} // namespace

node_actor spawn_node(caf::actor_system& system, engine_ptr engine, node_parts parts) {
  return system.spawn(node, std::move(engine), std::move(parts));
}

} // namespace cloudpods::actors
