#include <algorithm>

#include "actors/tenant_life.hpp"
#include "domain/order.hpp"

namespace cloudpods::actors {

domain::expected<accepted> about_job(domain::expected<accepted_stack> done) {
  if (!done)
    return std::unexpected{std::move(done.error())};
  accepted answer;
  answer.job = std::move(done->job);
  answer.replayed = done->replayed;
  return answer;
}

command_reply tenant_life::refused(domain::problem_code code, std::string sentence) {
  return {std::unexpected{domain::problem{code, std::move(sentence)}}};
}

void tenant_life::run_next() {
  while (loaded_ && !command_out_) {
    // What follows from what stands comes before what is asked for now.
    if (push_deployments())
      return;
    if (waiting_.empty())
      return;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    if (engine_->now() - next.since > command_patience) {
      const domain::problem late{domain::problem_code::store_unavailable,
                                 "The request waited too long."};
      if (auto* settings = std::get_if<settings_wish>(&next.what))
        settings->done(std::unexpected{late});
      else if (auto* stack = std::get_if<stack_wish>(&next.what))
        stack->promise.deliver(stack_reply{std::unexpected{late}});
      else if (auto* advice = std::get_if<advice_wish>(&next.what))
        advice->told.deliver(advice_reply{std::unexpected{late}});
      else
        next.promise.deliver(command_reply{std::unexpected{late}});
      continue;
    }
    std::visit([&](auto& what) { begin(what, next.promise); }, next.what);
  }
}

void tenant_life::command_done() {
  command_out_ = false;
  run_next();
}

bool tenant_life::answer_again(const std::optional<idempotency>& key, command_promise promise,
                               bool of_order) {
  const auto known = key ? answers_.find(key->key) : answers_.end();
  if (known == answers_.end() || known->second.expires_at <= engine_->now())
    return false;
  if (known->second.entry.request_hash != key->request_hash) {
    promise.deliver(refused(domain::problem_code::idempotency_key_reused,
                            "The Idempotency-Key was used for another request."));
    return true;
  }
  const auto entry = known->second.entry;
  if (!entry.deployment.empty()) {
    answer_again(key, [promise](domain::expected<accepted_stack> then) mutable {
      promise.deliver(command_reply{about_job(std::move(then))});
    });
    return true;
  }
  self_
      ->request(handles_->reader_for(state_.id.value), answer_certain,
                read_pod_at{entry.pod, known->second.seq})
      .then(
          [promise, entry, of_order](const pod_at_reply& then) mutable {
            auto answer = answer_then(then, entry);
            // An order that is not 202 was answered with the pod that its subscription had.
            if (answer.value)
              answer.value->existing = of_order && entry.status == 200;
            promise.deliver(std::move(answer));
          },
          [promise](const caf::error&) mutable {
            promise.deliver(refused(domain::problem_code::store_unavailable, "The store is away."));
          });
  return true;
}

command_reply tenant_life::answer_then(const pod_at_reply& then,
                                       const persistence::idempotency_entry& entry) {
  if (!then.value)
    return {std::unexpected{then.value.error()}};
  accepted answer;
  answer.pod = *then.value;
  if (const auto* found = answer.pod->find(entry.job))
    answer.job = std::make_shared<const domain::job>(*found);
  answer.replayed = true;
  answer.status = entry.status;
  return {std::move(answer)};
}

void tenant_life::begin(place_order& order, command_promise promise) {
  if (answer_again(order.key, promise, true))
    return;
  const domain::order_ids ids{domain::pod_id{engine_->new_id("pod-")},
                              domain::job_id{engine_->new_id("job-")},
                              domain::item_id{engine_->new_id("q-")}};
  auto judged = domain::judge(state_, *engine_->offers, order.command, ids);
  if (!judged) {
    promise.deliver(command_reply{std::unexpected{std::move(judged.error())}});
    return;
  }
  if (const auto* existing = std::get_if<domain::existing_pod>(&*judged)) {
    pending_answer answer{existing->pod, existing->job.value_or(domain::job_id{}), promise,
                          order.key, 200};
    answer.existing = true;
    answer_as_is(order.by, std::move(answer));
    return;
  }
  command_out_ = true;
  find_place(std::move(order), std::get<domain::admitted_order>(*judged), ids, promise);
}

void tenant_life::find_place(place_order order, domain::admitted_order admitted,
                             domain::order_ids ids, command_promise promise) {
  hold_place wish{ids.pod, admitted.place, state_.id};
  self_->request(handles_->allocator, answer_certain, std::move(wish))
      .then(
          [this, order = std::move(order), admitted = std::move(admitted), ids = std::move(ids),
           promise](const place_reply& place) mutable {
            if (place.value) {
              accept_order(order, admitted, ids, *place.value, promise);
              return;
            }
            promise.deliver(command_reply{std::unexpected{place.value.error()}});
            command_done();
          },
          [this, promise](const caf::error&) mutable {
            promise.deliver(
                refused(domain::problem_code::internal_error, "The order could not be placed."));
            command_done();
          });
}

void tenant_life::accept_order(const place_order& order, const domain::admitted_order& admitted,
                               const domain::order_ids& ids, const domain::placement& place,
                               command_promise promise) {
  append_events request;
  request.what.events =
      domain::accept(state_, *engine_->offers, order.command, admitted, ids, place);
  if (!order.command.user_data.empty())
    request.what.secrets.push_back({ids.pod, "userData", order.command.user_data});
  request.holds = {ids.pod};
  append(std::move(request), order.by, {ids.pod, ids.job, promise, order.key});
}

void tenant_life::append(append_events request, const requester& by, pending_answer answer) {
  request.from = {state_.id, incarnation_};
  request.is_request = true;
  request.what.actor = by.actor;
  request.what.request = by.request;
  if (answer.key)
    request.what.idempotency = persistence::idempotency_entry{
        state_.id,  answer.key->key, answer.key->request_hash, answer.status,
        answer.pod, answer.job,      answer.deployment};
  self_->request(handles_->log, answer_certain, std::move(request))
      .then(
          [this, answer](const append_reply& reply) mutable {
            answer.promise.deliver(settle(reply, answer));
            command_done();
          },
          [this, answer](const caf::error&) mutable {
            // The log is gone, and with it the process.
            answer.promise.deliver(
                refused(domain::problem_code::store_unavailable, "The outcome is not known."));
            self_->quit(caf::exit_reason::unhandled_exception);
          });
}

command_reply tenant_life::settle(const append_reply& reply, const pending_answer& answer) {
  if (!reply.last_seq)
    return {std::unexpected{reply.last_seq.error()}};
  if (answer.key)
    answers_[answer.key->key] = {{state_.id, answer.key->key, answer.key->request_hash,
                                  answer.status, answer.pod, answer.job, answer.deployment},
                                 *reply.last_seq,
                                 engine_->now() + std::chrono::hours{24}};
  return answer_of(answer);
}

command_reply tenant_life::answer_of(const pending_answer& answer) const {
  accepted done;
  done.pod = state_.find(answer.pod);
  if (const auto job = state_.jobs.find(answer.job); job != state_.jobs.end())
    done.job = job->second;
  done.existing = answer.existing;
  done.status = answer.status;
  return {std::move(done)};
}

} // namespace cloudpods::actors
