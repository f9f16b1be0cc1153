#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "actors/node_life.hpp"

namespace cloudpods::actors {

template <class Request, class Reply>
caf::result<Reply> node_life::run(Request request) {
  auto promise = self_->make_response_promise<Reply>();
  const auto pod = request.pod;
  waiting_request start = [this, request = std::move(request), promise](worker& by) mutable {
    send_to<Request, Reply>(by, request, promise);
  };
  if (circuit_->lets_through()) {
    dispatch(std::move(start));
  } else {
    held_back_.push_back(std::move(start));
    tell_held_back(pod);
  }
  return promise;
}

template <class Request, class Reply>
void node_life::send_to(worker& by, Request& request, caf::typed_response_promise<Reply> promise) {
  const auto number = ++last_request_;
  note_started(number, request);
  by.busy[number] = [this, number, promise]() mutable {
    running_.erase(number);
    promise.deliver(caf::make_error(caf::sec::request_receiver_down));
  };
  self_->request(by.handle, answer_certain, request)
      .then(
          [this, promise, number, &by, pod = request.pod](Reply& reply) mutable {
            if (by.busy.erase(number) == 0)
              return;
            running_.erase(number);
            judge(pod, reply);
            promise.deliver(std::move(reply));
          },
          [this, promise, number, &by](caf::error& why) mutable {
            if (by.busy.erase(number) == 0)
              return;
            running_.erase(number);
            promise.deliver(std::move(why));
          });
}

caf::result<attempt_reply> node_life::attempt(run_attempt request) {
  return run<run_attempt, attempt_reply>(std::move(request));
}

caf::result<query_reply> node_life::query(run_query request) {
  return run<run_query, query_reply>(std::move(request));
}

void node_life::note_started(std::uint64_t number, const run_attempt& request) {
  running_[number] = {request.item, request.pod, request.which, request.attempt, engine_->now()};
}

void node_life::judge(const domain::pod_id& of, const attempt_reply& answer) {
  using enum circuit::request;
  if (const auto* broken = std::get_if<connection_failed>(&answer.value))
    failed(attempt, of, broken->message);
  else if (const auto* no = std::get_if<domain::failed>(&answer.value);
           no != nullptr && no->why == domain::failure_class::transient)
    failed(attempt, of, no->message);
  else
    succeeded(attempt, !std::holds_alternative<domain::succeeded>(answer.value));
}

void node_life::judge(const domain::pod_id& of, const query_reply& answer) {
  using enum circuit::request;
  if (answer.value)
    succeeded(query, false);
  else if (answer.value.error().why == domain::failure_class::transient)
    failed(query, of, answer.value.error().message);
  else
    succeeded(query, true);
}

void node_life::failed(circuit::request kind, const domain::pod_id& of, const std::string& why) {
  if (!circuit_->failed(kind, of, engine_->now()))
    return;
  const auto failures = circuit_->failures();
  spdlog::warn("{}",
               log_line("node-circuit-opened", why,
                        {{"node", parts_.name.value}, {"failures", std::to_string(failures)}}));
  append(fact(domain::category::warn, "keeps failing: its items wait",
              domain::node_circuit_opened{why, failures}));
  places_changed_ = true;
}

void node_life::succeeded(circuit::request kind, bool answered_only) {
  if (circuit_->succeeded(kind, answered_only, engine_->now()))
    circuit_closed();
}

void node_life::circuit_closed() {
  spdlog::info("{}",
               log_line("node-circuit-closed", "it works again", {{"node", parts_.name.value}}));
  append(fact(domain::category::info, "works again", domain::node_circuit_closed{}));
  for (auto& each : std::exchange(held_back_, {}))
    dispatch(std::move(each));
  places_changed_ = true;
  admit();
}

void node_life::end(const end_attempt& unwanted) {
  dispatch([this, unwanted](worker& by) { self_->send(by.handle, unwanted); });
}

/// A read of the node's state: bounded, and nobody waits for it.
void node_life::probe() {
  circuit_->probe_begins();
  dispatch([this](worker& by) {
    self_->request(by.handle, answer_certain, run_query{domain::read_capacity{}})
        .then(
            [this](const query_reply& answer) {
              if (answer.value)
                succeeded(circuit::request::query, false);
              else
                circuit_->probe_failed(engine_->now());
            },
            [this](const caf::error&) { circuit_->probe_failed(engine_->now()); });
  });
}

} // namespace cloudpods::actors
