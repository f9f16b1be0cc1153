#include "actors/tenant.hpp"

#include <algorithm>
#include <deque>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "actors/pod.hpp"
#include "actors/tenant_life.hpp"
#include "actors/tenant_views.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

void tenant_life::init(awake_tenant_actor::pointer actor, directory_actor directory,
                       engine_ptr engine, handles_ptr handles, domain::tenant_id id) {
  self_ = actor;
  directory_ = std::move(directory);
  engine_ = std::move(engine);
  handles_ = std::move(handles);
  state_.id = std::move(id);
  last_used_ = engine_->now();
  join();
}

pod_reply tenant_life::pod(const show_pod& question) {
  last_used_ = engine_->now();
  auto found = find_pod(state_, question.pod);
  if (!found)
    return {std::unexpected{no_such("pod")}};
  return {std::move(found)};
}

pod_page tenant_life::pods(const list_pods& question) {
  last_used_ = engine_->now();
  return pods_page(state_, question);
}

caf::result<job_reply> tenant_life::job(const show_job& question) {
  last_used_ = engine_->now();
  const auto found = state_.jobs.find(question.job);
  if (found == state_.jobs.end())
    return job_reply{std::unexpected{no_such("job")}};
  if (domain::is_terminal(found->second->status) || question.wait.count() <= 0)
    return job_reply{view_of(found->second, progress_)};
  auto promise = self_->make_response_promise<job_reply>();
  readers_.emplace(++last_wait_, waiting_reader{question.job, promise});
  self_->delayed_send(self_, question.wait, wake_up{last_wait_});
  return promise;
}

job_page tenant_life::jobs(const list_jobs& question) {
  last_used_ = engine_->now();
  return jobs_page(state_, question, progress_);
}

quota_reply tenant_life::quota() {
  last_used_ = engine_->now();
  return {quota_of(state_, *engine_->offers)};
}

verdict_reply tenant_life::verdict(const ask_quota& question) {
  last_used_ = engine_->now();
  return {domain::check_quota(state_, *engine_->offers, question.plan, question.blueprint)};
}

void tenant_life::fold(const committed& news) {
  if (!loaded_) {
    before_loaded_.push_back(news);
    return;
  }
  std::set<domain::pod_id> touched;
  for (const auto& each : *news.events) {
    // What was loaded is told already.
    if (each.seq <= state_.seq)
      continue;
    domain::evolve(state_, each);
    if (!each.pod.empty())
      touched.insert(each.pod);
    answer_readers(each);
  }
  for (const auto& each : touched)
    tell_pod(each);
  run_next();
}

void tenant_life::note(const job_progressed& news) {
  if (const auto stack = state_.find_deployment(news.job)) {
    note_share(*stack, news);
    return;
  }
  const auto job = state_.jobs.find(news.job);
  if (job != state_.jobs.end() && !domain::is_terminal(job->second->status))
    progress_[news.job] = news.progress;
}

void tenant_life::end_wait(std::uint64_t number) {
  if (number == 0) {
    stacks_pause_ = false;
    run_next();
    return;
  }
  const auto found = readers_.find(number);
  if (found == readers_.end())
    return;
  const auto job = state_.jobs.find(found->second.job);
  found->second.promise.deliver(job_reply{view_of(job->second, progress_)});
  readers_.erase(found);
}

void tenant_life::sleep_if_idle() {
  std::erase_if(answers_,
                [&](const auto& each) { return each.second.expires_at <= engine_->now(); });
  const bool busy = !loaded_ || command_out_ || !waiting_.empty() || !pods_.empty() ||
                    !state_.open_deployments.empty() || !readers_.empty() ||
                    engine_->now() - last_used_ < engine_->idle_after;
  if (busy)
    return;
  self_->send(handles_->log, leave_log{state_.id, incarnation_});
  // Before the end: whoever asks the directory now gets a new life, not this one.
  self_->send(directory_,
              tenant_awake{state_.id, domain::problem{domain::problem_code::store_unavailable,
                                                      "The tenant has gone to sleep."}});
  self_->quit();
}

void tenant_life::join() {
  self_->request(handles_->log, answer_certain, join_log{state_.id})
      .then(
          [this](const joined_log& answer) {
            incarnation_ = answer.incarnation;
            load();
          },
          [this](const caf::error&) {
            fail({domain::problem_code::store_unavailable, {}});
          });
}

void tenant_life::load() {
  self_->request(handles_->reader_for(state_.id.value), answer_certain, load_tenant{state_.id})
      .then(
          [this](load_reply& answer) {
            if (answer.value)
              come_alive(*answer.value);
            else
              fail(std::move(answer.value.error()));
          },
          [this](const caf::error&) {
            fail({domain::problem_code::store_unavailable, {}});
          });
}

void tenant_life::fail(domain::problem why) {
  self_->send(handles_->log, leave_log{state_.id, incarnation_});
  self_->send(directory_, tenant_awake{state_.id, std::move(why)});
  self_->quit();
}

void tenant_life::come_alive(const loaded_tenant& past) {
  for (const auto& each : past.events)
    domain::evolve(state_, each);
  state_.seq = std::max(state_.seq, past.head);
  for (const auto& each : past.answers)
    answers_[each.entry.key] = each;
  loaded_ = true;
  for (const auto& [id, record] : state_.pods)
    if (record->has_work())
      tell_pod(id);
  for (const auto& news : std::exchange(before_loaded_, {}))
    fold(news);
  self_->send(directory_, tenant_awake{state_.id, std::nullopt});
  run_next();
}

void tenant_life::tell_pod(const domain::pod_id& id) {
  const auto record = state_.find(id);
  const auto standing = pods_.find(id);
  if (!record->has_work()) {
    // The last thing it hears: with no work left it ends.
    if (standing != pods_.end()) {
      self_->send(standing->second, pod_snapshot{record, state_.seq});
      pods_.erase(standing);
    }
    return;
  }
  auto& pod = pods_[id];
  if (!pod) {
    claim(*record);
    pod = spawn_pod(*self_, caf::actor_cast<awake_tenant_actor>(self_), engine_, handles_,
                    {state_.id, incarnation_});
  }
  self_->send(pod, pod_snapshot{record, state_.seq});
}

void tenant_life::claim(const domain::pod_record& record) {
  const auto* item = domain::current_item(record);
  const auto node = handles_->nodes.find(record.pod.order.node);
  if (item == nullptr || !item->open || node == handles_->nodes.end())
    return;
  const auto keys = domain::budgets_of(item->open->which, record.pod);
  self_->send(node->second,
              acquire_lease{record.pod.id, state_.id, {keys.begin(), keys.end()}, true, {}});
}

void tenant_life::answer_readers(const domain::event& fact) {
  if (fact.job.empty())
    return;
  const auto job = state_.jobs.find(fact.job);
  if (job == state_.jobs.end() || !domain::is_terminal(job->second->status))
    return;
  progress_.erase(fact.job);
  shares_.erase(fact.job);
  if (std::holds_alternative<domain::job_succeeded>(fact.payload) ||
      std::holds_alternative<domain::job_failed>(fact.payload) ||
      std::holds_alternative<domain::job_cancelled>(fact.payload))
    tell_end(*job->second);
  for (auto it = readers_.begin(); it != readers_.end();) {
    if (it->second.job != fact.job) {
      ++it;
      continue;
    }
    it->second.promise.deliver(job_reply{view_of(job->second, progress_)});
    it = readers_.erase(it);
  }
}

void tenant_life::tell_end(const domain::job& job) const {
  const std::string action{domain::text(job.type)};
  engine_->meters->jobs.of({action, std::string{domain::text(job.status)}}).add();
  if (job.finished_at)
    engine_->meters->job_durations.of({action}).observe(
        std::chrono::duration<double>(*job.finished_at - job.created_at).count());
  spdlog::info("{}", log_line("job-ended", domain::text(job.status),
                              {{"tenantId", job.tenant.value},
                               {"podId", job.pod.value},
                               {"jobId", job.id.value},
                               {"action", domain::text(job.type)},
                               {"requestId", job.request.value}}));
}

namespace {

awake_tenant_actor::behavior_type tenant(awake_tenant_actor::stateful_pointer<tenant_life> self,
                                         directory_actor directory, engine_ptr engine,
                                         handles_ptr handles, domain::tenant_id id) {
  auto& life = self->state;
  life.init(self, std::move(directory), std::move(engine), std::move(handles), std::move(id));
  return {
      [&life](place_order& order) { return life.command(std::move(order)); },
      [&life](ask_destroy& destroy) { return life.command(std::move(destroy)); },
      [&life](ask_action& action) { return life.command(std::move(action)); },
      [&life](set_protection& wish) { return life.command(std::move(wish)); },
      [&life](cancel_job& wish) { return life.command(std::move(wish)); },
      [&life](retry_job& wish) { return life.command(std::move(wish)); },
      [&life](keep_backups& wish) { return life.command(std::move(wish)); },
      [&life](note_health& news) { return life.command(std::move(news)); },
      [&life](place_stack& wish) { return life.stack_command(std::move(wish)); },
      [&life](destroy_stack& wish) { return life.stack_command(std::move(wish)); },
      [&life](const show_deployment& question) { return life.deployment(question); },
      [&life](take_advice& wish) { return life.take(std::move(wish)); },
      [&life](note_drift& news) { return life.command(std::move(news)); },
      [&life](ignore_drift& wish) { return life.command(std::move(wish)); },
      [&life](forget_pod& wish) { return life.command(std::move(wish)); },
      [&life](adopt_pod& wish) { return life.command(std::move(wish)); },
      [&life](adopt_found& wish) { return life.command(std::move(wish)); },
      [&life](set_tenant& wish) { return life.settle_tenant(std::move(wish)); },
      [&life](set_limits& wish) { return life.limit(std::move(wish)); },
      [&life](show_tenant) { return life.view(); },
      [&life](const show_pod& question) { return life.pod(question); },
      [&life](const list_pods& question) { return life.pods(question); },
      [&life](const show_job& question) { return life.job(question); },
      [&life](const list_jobs& question) { return life.jobs(question); },
      [&life](show_quota) { return life.quota(); },
      [&life](const ask_quota& question) { return life.verdict(question); },
      [&life](const committed& news) { life.fold(news); },
      [&life](const job_progressed& news) { life.note(news); },
      [&life](ask_to_sleep) { life.sleep_if_idle(); },
      [&life](const wake_up& over) { life.end_wait(over.number); },
  };
}

} // namespace

awake_tenant_actor spawn_tenant(caf::local_actor& directory, const directory_actor& owner,
                                engine_ptr engine, handles_ptr handles, domain::tenant_id id) {
  return directory.spawn<caf::monitored + caf::linked>(tenant, owner, std::move(engine),
                                                       std::move(handles), std::move(id));
}

} // namespace cloudpods::actors
