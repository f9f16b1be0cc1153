#include "actors/tenant.hpp"

#include <deque>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "actors/pod.hpp"
#include "actors/tenant_views.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::size_t most_commands_waiting = 1000;
/// Past it the caller has long gone away with "unknown"; what has not begun must not begin.
constexpr std::chrono::seconds command_patience{20};

using command_promise = caf::typed_response_promise<command_reply>;

struct waiting_command {
  std::variant<place_order, ask_destroy> what;
  command_promise promise;
  domain::instant since;
};

struct waiting_reader {
  domain::job_id job;
  caf::typed_response_promise<job_reply> promise;
};

/// What an append was for, to answer it.
struct pending_answer {
  domain::pod_id pod;
  domain::job_id job;
  command_promise promise;
  std::optional<idempotency> key;
};

class tenant_life {
public:
  void init(awake_tenant_actor::pointer actor, directory_actor directory, engine_ptr engine,
            handles_ptr handles, domain::tenant_id id) {
    self_ = actor;
    directory_ = std::move(directory);
    engine_ = std::move(engine);
    handles_ = std::move(handles);
    state_.id = std::move(id);
    last_used_ = engine_->now();
    join();
  }

  // Commands.

  template <class Command>
  caf::result<command_reply> command(Command what) {
    last_used_ = engine_->now();
    if (waiting_.size() >= most_commands_waiting)
      return refused(domain::problem_code::too_many_jobs,
                     "Too many commands of this tenant are waiting.");
    if (!engine_->service->store_reachable())
      return refused(domain::problem_code::store_unavailable, "The store is away.");
    auto promise = self_->make_response_promise<command_reply>();
    waiting_.push_back({std::move(what), promise, last_used_});
    run_next();
    return promise;
  }

  // Questions.

  pod_reply pod(const show_pod& question) {
    last_used_ = engine_->now();
    auto found = find_pod(state_, question.pod);
    if (!found)
      return {std::unexpected{no_such("pod")}};
    return {std::move(found)};
  }

  pod_page pods(const list_pods& question) {
    last_used_ = engine_->now();
    return pods_page(state_, question);
  }

  caf::result<job_reply> job(const show_job& question) {
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

  job_page jobs(const list_jobs& question) {
    last_used_ = engine_->now();
    return jobs_page(state_, question, progress_);
  }

  quota_reply quota() {
    last_used_ = engine_->now();
    return {quota_of(state_, *engine_->offers)};
  }

  verdict_reply verdict(const ask_quota& question) {
    last_used_ = engine_->now();
    return {domain::check_quota(state_, *engine_->offers, question.plan, question.blueprint)};
  }

  // News.

  void fold(const committed& news) {
    if (!loaded_) {
      before_loaded_.push_back(news);
      return;
    }
    std::set<domain::pod_id> touched;
    for (const auto& each : *news.events) {
      domain::evolve(state_, each);
      if (!each.pod.empty())
        touched.insert(each.pod);
      answer_readers(each);
    }
    for (const auto& each : touched)
      tell_pod(each);
  }

  void note(const job_progressed& news) {
    if (!news.progress)
      progress_.erase(news.job);
    else
      progress_[news.job] = *news.progress;
  }

  void end_wait(std::uint64_t number) {
    const auto found = readers_.find(number);
    if (found == readers_.end())
      return;
    const auto job = state_.jobs.find(found->second.job);
    found->second.promise.deliver(job_reply{view_of(job->second, progress_)});
    readers_.erase(found);
  }

  void sleep_if_idle() {
    std::erase_if(answers_,
                  [&](const auto& each) { return each.second.expires_at <= engine_->now(); });
    const bool busy = !loaded_ || command_out_ || !waiting_.empty() || !pods_.empty() ||
                      !readers_.empty() || engine_->now() - last_used_ < engine_->idle_after;
    if (busy)
      return;
    self_->send(handles_->log, leave_log{state_.id, incarnation_});
    self_->quit();
  }

private:
  static command_reply refused(domain::problem_code code, std::string sentence) {
    return {std::unexpected{domain::problem{code, std::move(sentence)}}};
  }

  // Coming to life.

  void join() {
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

  void load() {
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

  void fail(domain::problem why) {
    self_->send(handles_->log, leave_log{state_.id, incarnation_});
    self_->send(directory_, tenant_awake{state_.id, std::move(why)});
    self_->quit();
  }

  void come_alive(const loaded_tenant& past) {
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

  // Pods.

  void tell_pod(const domain::pod_id& id) {
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

  /// What an open intent takes of its node counts before anything new is admitted there.
  void claim(const domain::pod_record& record) {
    const auto* item = domain::current_item(record);
    const auto node = handles_->nodes.find(record.pod.order.node);
    if (item == nullptr || !item->open || node == handles_->nodes.end())
      return;
    const auto keys = domain::budgets_of(item->open->which, record.pod);
    self_->send(node->second,
                acquire_lease{record.pod.id, state_.id, {keys.begin(), keys.end()}, true, {}});
  }

  // One command at a time: what it decides rests on what the one before left.

  void run_next() {
    while (loaded_ && !command_out_ && !waiting_.empty()) {
      auto next = std::move(waiting_.front());
      waiting_.pop_front();
      if (engine_->now() - next.since > command_patience) {
        next.promise.deliver(
            refused(domain::problem_code::store_unavailable, "The request waited too long."));
        continue;
      }
      std::visit([&](auto& what) { begin(what, next.promise); }, next.what);
    }
  }

  void command_done() {
    command_out_ = false;
    run_next();
  }

  /// True where the key was used before: the answer is given again, or the key is refused.
  bool answer_again(const std::optional<idempotency>& key, command_promise promise) {
    const auto known = key ? answers_.find(key->key) : answers_.end();
    if (known == answers_.end() || known->second.expires_at <= engine_->now())
      return false;
    if (known->second.entry.request_hash != key->request_hash) {
      promise.deliver(refused(domain::problem_code::idempotency_key_reused,
                              "The Idempotency-Key was used for another request."));
      return true;
    }
    const auto entry = known->second.entry;
    self_
        ->request(handles_->reader_for(state_.id.value), answer_certain,
                  read_pod_at{entry.pod, known->second.seq})
        .then(
            [this, promise, entry](const pod_at_reply& then) mutable {
              promise.deliver(answer_then(then, entry.job));
            },
            [promise](const caf::error&) mutable {
              promise.deliver(
                  refused(domain::problem_code::store_unavailable, "The store is away."));
            });
    return true;
  }

  static command_reply answer_then(const pod_at_reply& then, const domain::job_id& job) {
    if (!then.value)
      return {std::unexpected{then.value.error()}};
    accepted answer;
    answer.pod = *then.value;
    if (const auto* found = answer.pod->find(job))
      answer.job = std::make_shared<const domain::job>(*found);
    answer.replayed = true;
    return {std::move(answer)};
  }

  void begin(place_order& order, command_promise promise) {
    if (answer_again(order.key, promise))
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
      promise.deliver(answer_existing(*existing));
      return;
    }
    command_out_ = true;
    find_place(std::move(order), std::get<domain::admitted_order>(*judged), ids, promise);
  }

  command_reply answer_existing(const domain::existing_pod& existing) const {
    accepted answer;
    answer.pod = state_.find(existing.pod);
    if (existing.job)
      if (const auto found = state_.jobs.find(*existing.job); found != state_.jobs.end())
        answer.job = found->second;
    answer.existing = true;
    return {std::move(answer)};
  }

  void find_place(place_order order, domain::admitted_order admitted, domain::order_ids ids,
                  command_promise promise) {
    self_->request(handles_->allocator, answer_certain, hold_place{ids.pod, admitted.place})
        .then(
            [this, order, admitted, ids, promise](const place_reply& place) mutable {
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

  void accept_order(const place_order& order, const domain::admitted_order& admitted,
                    const domain::order_ids& ids, const domain::placement& place,
                    command_promise promise) {
    append_events request;
    request.what.events =
        domain::accept(state_, *engine_->offers, order.command, admitted, ids, place);
    if (!order.command.user_data.empty())
      request.what.secrets.push_back({ids.pod, "userData", order.command.user_data});
    request.hold = ids.pod;
    append(std::move(request), order.by, {ids.pod, ids.job, promise, order.key});
  }

  void begin(ask_destroy& destroy, command_promise promise) {
    if (answer_again(destroy.key, promise))
      return;
    const auto record = find_pod(state_, destroy.pod);
    if (!record) {
      promise.deliver(command_reply{std::unexpected{no_such("pod")}});
      return;
    }
    const domain::destroy_ids ids{domain::job_id{engine_->new_id("job-")},
                                  domain::item_id{engine_->new_id("q-")}};
    auto decided = domain::decide(*record, destroy.command, ids);
    if (!decided) {
      promise.deliver(command_reply{std::unexpected{std::move(decided.error())}});
      return;
    }
    if (const auto* open = std::get_if<domain::open_destroy>(&*decided)) {
      promise.deliver(command_reply{accepted{record, state_.jobs.at(open->job)}});
      return;
    }
    command_out_ = true;
    append_events request;
    request.what.events = std::move(std::get<std::vector<domain::new_event>>(*decided));
    append(std::move(request), destroy.by, {record->pod.id, ids.job, promise, destroy.key});
  }

  void append(append_events request, const requester& by, pending_answer answer) {
    request.from = {state_.id, incarnation_};
    request.is_request = true;
    request.what.actor = by.actor;
    request.what.request = by.request;
    if (answer.key)
      request.what.idempotency = persistence::idempotency_entry{
          state_.id, answer.key->key, answer.key->request_hash, 202, answer.pod, answer.job};
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

  /// The events were handed out before the reply: the state has them.
  command_reply settle(const append_reply& reply, const pending_answer& answer) {
    if (!reply.last_seq)
      return {std::unexpected{reply.last_seq.error()}};
    if (answer.key)
      answers_[answer.key->key] = {
          {state_.id, answer.key->key, answer.key->request_hash, 202, answer.pod, answer.job},
          *reply.last_seq,
          engine_->now() + std::chrono::hours{24}};
    return {accepted{state_.find(answer.pod), state_.jobs.at(answer.job)}};
  }

  void answer_readers(const domain::event& fact) {
    if (fact.job.empty())
      return;
    const auto job = state_.jobs.find(fact.job);
    if (job == state_.jobs.end() || !domain::is_terminal(job->second->status))
      return;
    progress_.erase(fact.job);
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

  /// For the operator: one line a job.
  static void tell_end(const domain::job& job) {
    spdlog::info("{}", log_line("job-ended", domain::text(job.status),
                                {{"tenantId", job.tenant.value},
                                 {"podId", job.pod.value},
                                 {"jobId", job.id.value},
                                 {"action", domain::text(job.type)},
                                 {"requestId", job.request.value}}));
  }

  awake_tenant_actor::pointer self_ = nullptr;
  directory_actor directory_;
  engine_ptr engine_;
  handles_ptr handles_;
  domain::tenant_state state_;
  bool loaded_ = false;
  std::vector<committed> before_loaded_;
  std::uint64_t incarnation_ = 0;
  std::deque<waiting_command> waiting_;
  bool command_out_ = false;
  std::map<std::string, persistence::kept_answer> answers_;
  std::map<std::uint64_t, waiting_reader> readers_;
  std::uint64_t last_wait_ = 0;
  progress_map progress_;
  std::map<domain::pod_id, pod_actor> pods_;
  domain::instant last_used_;
};

awake_tenant_actor::behavior_type tenant(awake_tenant_actor::stateful_pointer<tenant_life> self,
                                         directory_actor directory, engine_ptr engine,
                                         handles_ptr handles, domain::tenant_id id) {
  auto& life = self->state;
  life.init(self, std::move(directory), std::move(engine), std::move(handles), std::move(id));
  return {
      [&life](place_order& order) { return life.command(std::move(order)); },
      [&life](ask_destroy& destroy) { return life.command(std::move(destroy)); },
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
