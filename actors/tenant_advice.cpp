#include "actors/tenant_life.hpp"

namespace cloudpods::actors {

namespace {

advice_reply refusal(domain::problem why) { return {std::unexpected{std::move(why)}}; }

} // namespace

caf::result<advice_reply> tenant_life::take(take_advice what) {
  last_used_ = engine_->now();
  if (waiting_.size() >= most_commands_waiting)
    return refusal(
        {domain::problem_code::too_many_jobs, "Too many commands of this tenant are waiting."});
  if (!engine_->service->store_reachable())
    return refusal({domain::problem_code::store_unavailable, "The store is away."});
  auto promise = self_->make_response_promise<advice_reply>();
  waiting_.push_back({advice_wish{std::move(what), promise}, {}, last_used_});
  run_next();
  return promise;
}

void tenant_life::begin(advice_wish& wish, command_promise) {
  auto told = wish.told;
  const auto& key = wish.what.key;
  if (key && answers_.contains(key->key) && answers_.at(key->key).expires_at > engine_->now()) {
    // The same request was answered by who asks here: this one is another.
    told.deliver(refusal({domain::problem_code::idempotency_key_reused,
                          "The Idempotency-Key was used for another request."}));
    return;
  }
  auto decided = domain::decide(state_, *engine_->offers, wish.what.what, wish.what.how, [this] {
    return domain::action_ids{domain::job_id{engine_->new_id("job-")},
                              domain::item_id{engine_->new_id("q-")}, engine_->new_id("bak-")};
  });
  if (!decided) {
    told.deliver(refusal(std::move(decided).error()));
    return;
  }
  command_out_ = true;
  append_events request;
  request.from = {state_.id, incarnation_};
  request.is_request = true;
  request.what.actor = wish.what.by.actor;
  request.what.request = wish.what.by.request;
  request.what.events = std::move(decided->events);
  persistence::kept_answer kept;
  if (key) {
    kept.entry = {state_.id, key->key, key->request_hash, decided->jobs.empty() ? 200 : 202,
                  {},        {}};
    request.what.idempotency = kept.entry;
  }
  self_->request(handles_->log, answer_certain, std::move(request))
      .then(
          [this, told, kept, jobs = std::move(decided->jobs)](const append_reply& reply) mutable {
            if (reply.last_seq && !kept.entry.key.empty()) {
              kept.seq = *reply.last_seq;
              kept.expires_at = engine_->now() + std::chrono::hours{24};
              answers_[kept.entry.key] = kept;
            }
            if (reply.last_seq)
              told.deliver(advice_reply{std::move(jobs)});
            else
              told.deliver(refusal(reply.last_seq.error()));
            command_done();
          },
          [this, told](const caf::error&) mutable {
            // The log is gone, and with it the process.
            told.deliver(
                refusal({domain::problem_code::store_unavailable, "The outcome is not known."}));
            self_->quit(caf::exit_reason::unhandled_exception);
          });
}

} // namespace cloudpods::actors
