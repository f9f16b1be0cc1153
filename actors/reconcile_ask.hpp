#pragma once

#include "actors/reconcile_life.hpp"

// How the reconciler asks, for its own files.

namespace cloudpods::actors {

/// A node that goes away under a question holds up the sweep no longer.
inline constexpr std::chrono::minutes reconcile_patience{2};

/// A request to a node that is away would wait until it is back.
template <class Use, class Leave>
void reconcile_life::if_it_answers(const domain::node_name& name, Use use, Leave leave) {
  const auto node = handles_->nodes.find(name);
  if (node == handles_->nodes.end()) {
    leave();
    return;
  }
  self_->request(node->second, answer_certain, show_node{})
      .then(
          [use, leave](const node_reply& reply) {
            const bool answers = reply.value && reply.value->reachable &&
                                 reply.value->circuit == domain::circuit_state::closed;
            if (answers)
              use(*reply.value);
            else
              leave();
          },
          [leave](const caf::error&) { leave(); });
}

template <class Answer>
void reconcile_life::ask(const domain::node_name& name, domain::query what,
                         std::function<void(const Answer&)> use, std::function<void()> leave) {
  if_it_answers(
      name,
      [this, name, what = std::move(what), use = std::move(use), leave](const wire::node_view&) {
        self_->request(handles_->nodes.at(name), reconcile_patience, run_query{what})
            .then(
                [use, leave](const query_reply& reply) {
                  if (reply.value)
                    use(std::get<Answer>(*reply.value));
                  else
                    leave();
                },
                [leave](const caf::error&) { leave(); });
      },
      leave);
}

} // namespace cloudpods::actors
