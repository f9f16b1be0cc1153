#include <algorithm>

#include "actors/tenant_life.hpp"
#include "domain/action.hpp"
#include "domain/backup_schedule.hpp"
#include "domain/health.hpp"
#include "domain/retry.hpp"

namespace cloudpods::actors {

namespace {

command_reply refusal(domain::problem why) { return {std::unexpected{std::move(why)}}; }

} // namespace

std::shared_ptr<const domain::pod_record>
tenant_life::pod_for(const pod_reference& which,
                     const std::optional<std::vector<std::int64_t>>& versions,
                     command_promise promise) const {
  auto record = find_pod(state_, which);
  if (!record) {
    promise.deliver(refusal(no_such("pod")));
  } else if (versions && std::ranges::find(*versions, record->pod.version) == versions->end()) {
    promise.deliver(refused(domain::problem_code::version_mismatch, "The pod has changed since."));
    record.reset();
  }
  return record;
}

void tenant_life::append_for(std::vector<domain::new_event> events, const requester& by,
                             pending_answer answer) {
  command_out_ = true;
  append_events request;
  request.what.events = std::move(events);
  append(std::move(request), by, std::move(answer));
}

void tenant_life::answer_as_is(const requester& by, pending_answer answer) {
  if (answer.key)
    append_for({}, by, std::move(answer));
  else
    answer.promise.deliver(answer_of(answer));
}

void tenant_life::begin(ask_destroy& wish, command_promise promise) {
  if (answer_again(wish.key, promise))
    return;
  if (const auto record = pod_for(wish.pod, wish.versions, promise))
    destroy(*record, wish.command, wish.by, wish.key, promise);
}

void tenant_life::destroy(const domain::pod_record& record, const domain::destroy_pod& command,
                          const requester& by, const std::optional<idempotency>& key,
                          command_promise promise) {
  const domain::destroy_ids ids{domain::job_id{engine_->new_id("job-")},
                                domain::item_id{engine_->new_id("q-")}, engine_->new_id("bak-")};
  auto decided = domain::decide(record, *engine_->offers, command, ids);
  if (!decided)
    promise.deliver(refusal(std::move(decided.error())));
  else if (const auto* open = std::get_if<domain::open_destroy>(&*decided))
    answer_as_is(by, {record.pod.id, open->job, promise, key});
  else
    append_for(std::move(std::get<std::vector<domain::new_event>>(*decided)), by,
               {record.pod.id, ids.job, promise, key});
}

void tenant_life::begin(ask_action& wish, command_promise promise) {
  if (answer_again(wish.key, promise))
    return;
  if (const auto record = pod_for(wish.pod, wish.versions, promise))
    act(*record, wish.command, wish.by, wish.key, promise);
}

void tenant_life::act(const domain::pod_record& record, const domain::act_on_pod& command,
                      const requester& by, const std::optional<idempotency>& key,
                      command_promise promise) {
  const domain::action_ids ids{domain::job_id{engine_->new_id("job-")},
                               domain::item_id{engine_->new_id("q-")}, engine_->new_id("bak-")};
  auto decided = domain::decide(state_, record, *engine_->offers, command, ids);
  if (!decided)
    promise.deliver(refusal(std::move(decided.error())));
  else if (std::holds_alternative<domain::nothing_to_do>(*decided))
    answer_as_is(by, {record.pod.id, {}, promise, key, 200});
  else
    append_for(std::move(std::get<std::vector<domain::new_event>>(*decided)), by,
               {record.pod.id, ids.job, promise, key});
}

void tenant_life::begin(set_protection& wish, command_promise promise) {
  if (answer_again(wish.key, promise))
    return;
  const auto record = pod_for(wish.pod, wish.versions, promise);
  if (!record)
    return;
  auto decided = domain::protect(*record, wish.wanted);
  if (!decided)
    promise.deliver(refusal(std::move(decided.error())));
  else if (decided->empty())
    answer_as_is(wish.by, {record->pod.id, {}, promise, wish.key, 200});
  else
    append_for(std::move(*decided), wish.by, {record->pod.id, {}, promise, wish.key, 200});
}

void tenant_life::begin(cancel_job& wish, command_promise promise) {
  if (answer_again(wish.key, promise))
    return;
  const auto job = state_.jobs.find(wish.job);
  if (const auto stack = state_.find_deployment(wish.job)) {
    cancel_stack(*stack, *job->second, wish, promise);
    return;
  }
  const auto record = job == state_.jobs.end() ? nullptr : state_.find(job->second->pod);
  if (!record) {
    promise.deliver(refusal(no_such("job")));
    return;
  }
  auto decided = domain::cancel(*record, *job->second, wish.reason);
  if (!decided)
    promise.deliver(refusal(std::move(decided.error())));
  else if (decided->empty())
    answer_as_is(wish.by, {record->pod.id, wish.job, promise, wish.key});
  else
    append_for(std::move(*decided), wish.by, {record->pod.id, wish.job, promise, wish.key});
}

void tenant_life::begin(retry_job& wish, command_promise promise) {
  if (answer_again(wish.key, promise))
    return;
  const auto job = state_.jobs.find(wish.job);
  if (const auto stack = state_.find_deployment(wish.job)) {
    retry_stack(*stack, *job->second, wish, promise);
    return;
  }
  const auto record = job == state_.jobs.end() ? nullptr : state_.find(job->second->pod);
  if (!record) {
    promise.deliver(refusal(no_such("job")));
    return;
  }
  const auto failed = job->second;
  auto judged = domain::judge_retry(state_, *record, *engine_->offers, *failed, wish.user);
  if (!judged)
    promise.deliver(refusal(std::move(judged.error())));
  else if (const auto* again = std::get_if<domain::retry_create>(&*judged))
    create_again(*record, *failed, *again, wish, promise);
  else if (const auto* action = std::get_if<domain::act_on_pod>(&*judged))
    act(*record, *action, wish.by, wish.key, promise);
  else
    destroy(*record, std::get<domain::destroy_pod>(*judged), wish.by, wish.key, promise);
}

void tenant_life::begin(keep_backups& wish, command_promise promise) {
  const auto record = pod_for(wish.pod, std::nullopt, promise);
  if (!record)
    return;
  const domain::action_ids ids{domain::job_id{engine_->new_id("job-")},
                               domain::item_id{engine_->new_id("q-")}, engine_->new_id("bak-")};
  auto decided = domain::decide_upkeep(state_, *record, *engine_->offers, ids, engine_->now());
  if (!decided)
    promise.deliver(refusal(std::move(decided.error())));
  else
    append_for(std::move(*decided), wish.by, {record->pod.id, ids.job, promise, std::nullopt});
}

void tenant_life::begin(note_health& news, command_promise promise) {
  const auto record = pod_for(news.pod, std::nullopt, promise);
  if (!record)
    return;
  auto facts = domain::note_health(*record, news.found);
  pending_answer answer{record->pod.id, {}, promise, std::nullopt, 200};
  if (facts.empty())
    answer_as_is(news.by, std::move(answer));
  else
    append_for(std::move(facts), news.by, std::move(answer));
}

void tenant_life::create_again(const domain::pod_record& record, const domain::job& failed,
                               const domain::retry_create& again, const retry_job& wish,
                               command_promise promise) {
  command_out_ = true;
  const auto pod = record.pod.id;
  hold_place place{pod, again.place, state_.id};
  self_->request(handles_->allocator, answer_certain, std::move(place))
      .then(
          [this, pod, failed = failed.id, wish, promise](const place_reply& found) mutable {
            if (!found.value) {
              promise.deliver(refusal(found.value.error()));
              command_done();
              return;
            }
            const domain::job_id id{engine_->new_id("job-")};
            append_events request;
            request.what.events =
                domain::accept_retry(*state_.find(pod), *state_.jobs.at(failed), wish.user, id,
                                     domain::item_id{engine_->new_id("q-")}, *found.value);
            request.holds = {pod};
            append(std::move(request), wish.by, {pod, id, promise, wish.key});
          },
          [this, promise](const caf::error&) mutable {
            promise.deliver(
                refused(domain::problem_code::internal_error, "The pod could not be placed."));
            command_done();
          });
}

} // namespace cloudpods::actors
