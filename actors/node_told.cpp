#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "actors/node_life.hpp"

namespace cloudpods::actors {

namespace {

/// A connection that comes back at once is no news.
constexpr std::chrono::seconds away_before_told{5};

} // namespace

domain::new_event node_life::fact(domain::category kind, std::string what,
                                  domain::event_payload payload) {
  domain::new_event made;
  made.stream = domain::node_stream(parts_.name);
  made.category = kind;
  made.message = "Node " + parts_.name.value + " " + what;
  made.payload = std::move(payload);
  return made;
}

void node_life::append(domain::new_event what) {
  domain::evolve(told_, what.payload);
  append_events request;
  request.what.actor = {domain::actor_kind::system, "cloudpodsd"};
  request.what.events.push_back(std::move(what));
  self_->request(parts_.log, answer_certain, std::move(request))
      .then([](const append_reply&) {}, [](const caf::error&) {});
}

void node_life::tell_reachability() {
  const bool away = !is_up();
  if (away == told_.unreachable || (away && engine_->now() - away_since_ < away_before_told))
    return;
  if (away)
    append(fact(domain::category::warn, "is unreachable", domain::node_unreachable{why_away_}));
  else
    append(fact(domain::category::info, "is reachable", domain::node_reachable{}));
}

node_reply node_life::show() const {
  wire::node_view view;
  view.name = parts_.name;
  if (const auto* known = engine_->offers->find_node(parts_.name))
    view.region = known->region;
  view.reachable = is_up();
  view.message = why_away_;
  view.circuit = circuit_->state();
  view.drained = told_.drained;
  view.capacity = capacity_;
  view.read_at = capacity_at_;
  for (const auto& [number, each] : running_)
    view.running.push_back(each);
  view.busy = static_cast<std::int64_t>(budgets_->busy());
  view.waiting = static_cast<std::int64_t>(budgets_->waiting());
  view.sudo = sudo_;
  return {std::move(view)};
}

caf::result<node_reply> node_life::drain(const set_drained& wish) {
  auto promise = self_->make_response_promise<node_reply>();
  drains_.emplace_back([this, wish, promise]() mutable { append_drained(wish, promise); });
  if (!drain_out_)
    next_drain();
  return promise;
}

void node_life::next_drain() {
  drain_out_ = !drains_.empty();
  if (!drain_out_)
    return;
  const auto next = std::move(drains_.front());
  drains_.pop_front();
  next();
}

void node_life::append_drained(const set_drained& wish,
                               caf::typed_response_promise<node_reply> promise) {
  if (wish.drained == told_.drained) {
    promise.deliver(show());
    next_drain();
    return;
  }
  append_events request;
  request.is_request = true;
  request.what.actor = wish.by.actor;
  request.what.request = wish.by.request;
  request.what.events.push_back(
      wish.drained ? fact(domain::category::info, "gets no new pods", domain::node_drained{})
                   : fact(domain::category::info, "gets new pods again", domain::node_resumed{}));
  self_->request(parts_.log, answer_certain, std::move(request))
      .then(
          [this, drained = wish.drained, promise](const append_reply& reply) mutable {
            if (reply.last_seq) {
              told_.drained = drained;
              spdlog::info("{}", log_line(drained ? "node-drained" : "node-resumed", {},
                                          {{"node", parts_.name.value}}));
              promise.deliver(show());
            } else {
              promise.deliver(node_reply{std::unexpected{reply.last_seq.error()}});
            }
            next_drain();
          },
          [this, promise](caf::error& why) mutable {
            promise.deliver(std::move(why));
            next_drain();
          });
}

} // namespace cloudpods::actors
