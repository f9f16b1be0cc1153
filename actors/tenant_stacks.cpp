#include <algorithm>

#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "actors/tenant_life.hpp"
#include "wire/stack_json.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::seconds push_again{5};

std::unexpected<domain::problem> unknown_outcome() {
  return domain::refused(domain::problem_code::store_unavailable, "The outcome is not known.");
}

} // namespace

deployment_reply tenant_life::deployment(const show_deployment& question) {
  last_used_ = engine_->now();
  auto found = state_.find(question.deployment);
  if (!found)
    return {std::unexpected{no_such("deployment")}};
  return {std::move(found)};
}

void tenant_life::wish_for_stack(stack_wish wish) {
  last_used_ = engine_->now();
  const auto refuse = [&](domain::problem_code code, std::string sentence) {
    wish.promise.deliver(stack_reply{domain::refused(code, std::move(sentence))});
  };
  if (waiting_.size() >= most_commands_waiting) {
    refuse(domain::problem_code::too_many_jobs, "Too many commands of this tenant are waiting.");
  } else if (!engine_->service->store_reachable()) {
    refuse(domain::problem_code::store_unavailable, "The store is away.");
  } else {
    waiting_.push_back({std::move(wish), {}, last_used_});
    run_next();
  }
}

void tenant_life::begin(stack_wish& wish, command_promise) {
  const stack_done done = [promise = wish.promise](domain::expected<accepted_stack> what) mutable {
    promise.deliver(stack_reply{std::move(what)});
  };
  std::visit([&](auto& what) { begin(what, done); }, wish.what);
}

bool tenant_life::answer_again(const std::optional<idempotency>& key, const stack_done& done) {
  const auto known = key ? answers_.find(key->key) : answers_.end();
  if (known == answers_.end() || known->second.expires_at <= engine_->now())
    return false;
  const auto& entry = known->second.entry;
  if (entry.request_hash != key->request_hash) {
    done(domain::refused(domain::problem_code::idempotency_key_reused,
                         "The Idempotency-Key was used for another request."));
    return true;
  }
  read_deployment_at question{state_.id, entry.deployment, entry.job, known->second.seq};
  self_->request(handles_->reader_for(state_.id.value), answer_certain, std::move(question))
      .then([done](const deployment_at_reply& then) { done(then.value); },
            [done](const caf::error&) {
              done(domain::refused(domain::problem_code::store_unavailable, "The store is away."));
            });
  return true;
}

void tenant_life::begin(place_stack& wish, const stack_done& done) {
  if (!answer_again(wish.key, done))
    deploy(std::move(wish.command), wish.by, wish.key, done);
}

void tenant_life::deploy(domain::deploy_stack command, const requester& by,
                         const std::optional<idempotency>& key, const stack_done& done) {
  const domain::deploy_ids ids{
      domain::deployment_id{engine_->new_id("dep-")}, domain::job_id{engine_->new_id("job-")},
      [engine = engine_] { return domain::pod_id{engine->new_id("pod-")}; }};
  auto members = domain::judge(state_, *engine_->offers, command, ids);
  if (!members) {
    done(std::unexpected{std::move(members.error())});
    return;
  }
  hold_places places;
  std::vector<domain::pod_id> holds;
  for (const auto& each : *members) {
    places.wanted.push_back({each.member.pod, each.order.place, state_.id});
    holds.push_back(each.member.pod);
  }
  command_out_ = true;
  self_->request(handles_->allocator, answer_certain, std::move(places))
      .then(
          [this, command = std::move(command), members = *std::move(members), ids, holds, by, key,
           done](const places_reply& found) {
            if (!found.value) {
              done(std::unexpected{found.value.error()});
              command_done();
              return;
            }
            append_events request;
            request.what.events = domain::accept(state_, *engine_->offers, command, members,
                                                 *found.value, ids, makers());
            request.holds = holds;
            append_stack(std::move(request), by, {{}, ids.job, {}, key, 202, false, ids.deployment},
                         done);
          },
          [this, done](const caf::error&) {
            done(domain::refused(domain::problem_code::internal_error,
                                 "The stack could not be placed."));
            command_done();
          });
}

void tenant_life::begin(destroy_stack& wish, const stack_done& done) {
  if (answer_again(wish.key, done))
    return;
  const auto of = state_.find(wish.deployment);
  if (of)
    end_stack(*of, wish.command, wish.by, wish.key, done);
  else
    done(std::unexpected{no_such("deployment")});
}

void tenant_life::end_stack(const domain::deployment& of, const domain::end_deployment& command,
                            const requester& by, const std::optional<idempotency>& key,
                            const stack_done& done) {
  const domain::job_id job{engine_->new_id("job-")};
  auto decided = domain::destroy(state_, of, command, job, makers());
  if (!decided) {
    done(std::unexpected{std::move(decided.error())});
    return;
  }
  append_events request;
  pending_answer answer{{}, job, {}, key, 202, false, of.id};
  if (const auto* open = std::get_if<domain::open_destroy>(&*decided)) {
    answer.job = open->job;
    if (!key) {
      done(accepted_stack{state_.find(of.id), state_.jobs.at(open->job)});
      return;
    }
  } else {
    request.what.events = std::move(std::get<std::vector<domain::new_event>>(*decided));
  }
  command_out_ = true;
  append_stack(std::move(request), by, std::move(answer), done);
}

void tenant_life::append_stack(append_events request, const requester& by, pending_answer answer,
                               const stack_done& done) {
  request.from = {state_.id, incarnation_};
  request.is_request = true;
  request.what.actor = by.actor;
  request.what.request = by.request;
  if (answer.key)
    request.what.idempotency = persistence::idempotency_entry{
        state_.id, answer.key->key, answer.key->request_hash, answer.status,
        {},        answer.job,      answer.deployment};
  self_->request(handles_->log, answer_certain, std::move(request))
      .then(
          [this, answer, done](const append_reply& reply) {
            if (const auto settled = settle(reply, answer); !settled.value)
              done(std::unexpected{settled.value.error()});
            else
              done(accepted_stack{state_.find(answer.deployment), settled.value->job});
            command_done();
          },
          [this, done](const caf::error&) {
            done(unknown_outcome());
            self_->quit(caf::exit_reason::unhandled_exception);
          });
}

void tenant_life::cancel_stack(const domain::deployment& of, const domain::job& which,
                               const cancel_job& wish, command_promise promise) {
  auto decided = domain::cancel(state_, of, which, wish.reason, makers());
  pending_answer answer{{}, which.id, promise, wish.key, 202, false, of.id};
  if (!decided) {
    promise.deliver(command_reply{std::unexpected{std::move(decided.error())}});
    return;
  }
  if (decided->empty())
    answer_as_is(wish.by, std::move(answer));
  else
    append_for(std::move(*decided), wish.by, std::move(answer));
}

void tenant_life::retry_stack(const domain::deployment& of, const domain::job& failed,
                              const retry_job& wish, command_promise promise) {
  const stack_done done = [promise](domain::expected<accepted_stack> what) mutable {
    promise.deliver(command_reply{about_job(std::move(what))});
  };
  if (failed.status != domain::job_status::failed &&
      failed.status != domain::job_status::cancelled) {
    done(domain::refused(
        domain::problem_code::invalid_state, "Only a failed or cancelled job can be retried.",
        std::vector<domain::detail>{{"status", std::string{domain::text(failed.status)}}}));
  } else if (failed.id == of.deploy_job && of.open_job) {
    // Contract 6: the remains of the first try are gone before the second.
    done(domain::refused(domain::problem_code::invalid_state,
                         "What the deployment made is still being removed."));
  } else if (std::ranges::any_of(state_.jobs, [&](const auto& each) {
               return each.second->retry_of == failed.id.value &&
                      !domain::is_terminal(each.second->status);
             })) {
    done(domain::refused(domain::problem_code::invalid_state, "The job is being retried."));
  } else if (failed.id == of.deploy_job) {
    deploy(domain::again(of, failed, wish.user), wish.by, wish.key, done);
  } else {
    domain::end_deployment command;
    command.user = wish.user;
    command.payload = failed.payload;
    command.retry_of = failed.id.value;
    end_stack(of, command, wish.by, wish.key, done);
  }
}

domain::deployment_makers tenant_life::makers() const {
  return {[engine = engine_] { return domain::item_id{engine->new_id("q-")}; }, wire::task_payload};
}

bool tenant_life::push_deployments() {
  if (stacks_pause_ || engine_->service->phase() == service_phase::stopping)
    return false;
  for (const auto& id : state_.open_deployments) {
    const auto of = state_.find(id);
    auto facts = domain::advance(state_, *of, makers());
    if (facts.empty())
      continue;
    append_events request;
    request.from = {state_.id, incarnation_};
    request.what.actor = {domain::actor_kind::system, "cloudpodsd"};
    request.what.request = state_.jobs.at(*of->open_job)->request;
    request.what.events = std::move(facts);
    command_out_ = true;
    self_->request(handles_->log, answer_certain, std::move(request))
        .then(
            [this, id](const append_reply& reply) {
              if (!reply.last_seq) {
                spdlog::error(
                    "{}", log_line("stack-append-refused", reply.last_seq.error().message,
                                   {{"tenantId", state_.id.value}, {"deploymentId", id.value}}));
                stacks_pause_ = true;
                self_->delayed_send(self_, push_again, wake_up{});
              }
              command_done();
            },
            [this](const caf::error&) { self_->quit(caf::exit_reason::unhandled_exception); });
    return true;
  }
  return false;
}

void tenant_life::note_share(const domain::deployment& of, const job_progressed& news) {
  if (of.open_job != news.job)
    return;
  shares_[news.job][news.pod] = news.progress.percent;
  auto known = news.progress;
  const auto before = progress_.find(news.job);
  known.percent = std::max(domain::percent_of(state_, of, shares_[news.job]),
                           before == progress_.end() ? 0 : before->second.percent);
  progress_[news.job] = known;
  self_->send(handles_->feed, live_progress{of.tenant, news.pod,
                                            std::make_shared<const std::string>(
                                                wire::progress_frame(news.job, news.pod, known))});
}

} // namespace cloudpods::actors
