#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/engine.hpp"
#include "actors/handles.hpp"
#include "actors/tenant_views.hpp"
#include "domain/deployment_work.hpp"
#include "domain/retry.hpp"

namespace cloudpods::actors {

constexpr std::size_t most_commands_waiting = 1000;
/// Past it the caller has long gone away with "unknown"; what has not begun must not begin.
constexpr std::chrono::seconds command_patience{20};

using command_promise = caf::typed_response_promise<command_reply>;

/// What an operator says of the tenant, and who waits to hear that it is durable.
struct settings_wish {
  std::variant<set_tenant, set_limits> what;
  std::function<void(domain::expected<void>)> done;
};

/// What is asked of a deployment, and who waits to hear what became of it.
using stack_promise = caf::typed_response_promise<stack_reply>;
using stack_done = std::function<void(domain::expected<accepted_stack>)>;

struct stack_wish {
  std::variant<place_stack, destroy_stack> what;
  stack_promise promise;
};

/// What a recommendation asks, and who waits to hear what came of it.
struct advice_wish {
  take_advice what;
  caf::typed_response_promise<advice_reply> told;
};

struct waiting_command {
  std::variant<place_order, ask_destroy, ask_action, set_protection, cancel_job, retry_job,
               keep_backups, note_health, note_drift, ignore_drift, forget_pod, adopt_pod,
               adopt_found, settings_wish, stack_wish, advice_wish>
      what;
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
  int status = 202;
  bool existing = false;                 ///< the subscription had its pod already
  domain::deployment_id deployment = {}; ///< whose job it was about, where that has several pods
};

/// What became of a stack's job, for who asked by the job alone.
domain::expected<accepted> about_job(domain::expected<accepted_stack> done);

/// One tenant: what was decided for it so far, who waits for what, and which pods have work.
class tenant_life {
public:
  void init(awake_tenant_actor::pointer actor, directory_actor directory, engine_ptr engine,
            handles_ptr handles, domain::tenant_id id);

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

  caf::result<tenant_view_reply> settle_tenant(set_tenant what);
  caf::result<quota_reply> limit(set_limits what);
  caf::result<advice_reply> take(take_advice what);

  template <class Command>
  caf::result<stack_reply> stack_command(Command what) {
    auto promise = self_->make_response_promise<stack_reply>();
    wish_for_stack({std::move(what), promise});
    return promise;
  }

  // Questions.

  deployment_reply deployment(const show_deployment& question);

  tenant_view_reply view() const;

  pod_reply pod(const show_pod& question);

  pod_page pods(const list_pods& question);

  caf::result<job_reply> job(const show_job& question);

  job_page jobs(const list_jobs& question);

  quota_reply quota();

  verdict_reply verdict(const ask_quota& question);

  // News.

  void fold(const committed& news);

  void note(const job_progressed& news);

  void end_wait(std::uint64_t number);

  void sleep_if_idle();

private:
  static command_reply refused(domain::problem_code code, std::string sentence);

  // Coming to life.

  void join();

  void load();

  void fail(domain::problem why);

  void come_alive(const loaded_tenant& past);

  // Pods.

  void tell_pod(const domain::pod_id& id);

  /// What an open intent takes of its node counts before anything new is admitted there.
  void claim(const domain::pod_record& record);

  // One command at a time: what it decides rests on what the one before left.

  void run_next();

  void command_done();

  /// True where the key was used before: the answer is given again, or the key is refused.
  bool answer_again(const std::optional<idempotency>& key, command_promise promise,
                    bool of_order = false);

  static command_reply answer_then(const pod_at_reply& then,
                                   const persistence::idempotency_entry& entry);

  void begin(place_order& order, command_promise promise);

  void find_place(place_order order, domain::admitted_order admitted, domain::order_ids ids,
                  command_promise promise);

  void accept_order(const place_order& order, const domain::admitted_order& admitted,
                    const domain::order_ids& ids, const domain::placement& place,
                    command_promise promise);

  void begin(ask_destroy& destroy, command_promise promise);
  void begin(ask_action& action, command_promise promise);
  void begin(set_protection& wish, command_promise promise);
  void begin(cancel_job& wish, command_promise promise);
  void begin(retry_job& wish, command_promise promise);
  void begin(keep_backups& wish, command_promise promise);
  void begin(note_health& news, command_promise promise);
  void begin(note_drift& news, command_promise promise);
  void begin(ignore_drift& wish, command_promise promise);
  void begin(forget_pod& wish, command_promise promise);
  void begin(adopt_pod& wish, command_promise promise);
  void begin(adopt_found& wish, command_promise promise);
  /// True where nothing is left to decide: it was answered before, or the difference is over.
  bool answer_word(const operators_word& word, command_promise promise);
  void begin(settings_wish& wish, command_promise promise);
  void begin(advice_wish& wish, command_promise promise);
  void wish_for(settings_wish wish);

  // Deployments (tenant_stacks.cpp).

  void wish_for_stack(stack_wish wish);
  void begin(stack_wish& wish, command_promise promise);
  void begin(place_stack& wish, const stack_done& done);
  void begin(destroy_stack& wish, const stack_done& done);
  bool answer_again(const std::optional<idempotency>& key, const stack_done& done);
  void deploy(domain::deploy_stack command, const requester& by,
              const std::optional<idempotency>& key, const stack_done& done);
  void end_stack(const domain::deployment& of, const domain::end_deployment& command,
                 const requester& by, const std::optional<idempotency>& key,
                 const stack_done& done);
  void append_stack(append_events request, const requester& by, pending_answer answer,
                    const stack_done& done);
  void cancel_stack(const domain::deployment& of, const domain::job& which, const cancel_job& wish,
                    command_promise promise);
  void retry_stack(const domain::deployment& of, const domain::job& failed, const retry_job& wish,
                   command_promise promise);
  domain::deployment_makers makers() const;
  /// Appends what follows for one of the open deployments; false where all of them wait.
  bool push_deployments();
  void note_share(const domain::deployment& of, const job_progressed& news);

  /// The pod, where it is there and of a version that is asked for; else the promise is answered.
  std::shared_ptr<const domain::pod_record>
  pod_for(const pod_reference& which, const std::optional<std::vector<std::int64_t>>& versions,
          command_promise promise) const;
  void destroy(const domain::pod_record& record, const domain::destroy_pod& command,
               const requester& by, const std::optional<idempotency>& key, command_promise promise);
  void act(const domain::pod_record& record, const domain::act_on_pod& command, const requester& by,
           const std::optional<idempotency>& key, command_promise promise);
  void create_again(const domain::pod_record& record, const domain::job& failed,
                    const domain::retry_create& again, const retry_job& wish,
                    command_promise promise);
  void append_for(std::vector<domain::new_event> events, const requester& by,
                  pending_answer answer);

  /// Nothing is left to do: only the answer is kept, where it came with a key.
  void answer_as_is(const requester& by, pending_answer answer);

  void append(append_events request, const requester& by, pending_answer answer);

  /// The events were handed out before the reply: the state has them.
  command_reply settle(const append_reply& reply, const pending_answer& answer);
  command_reply answer_of(const pending_answer& answer) const;

  void answer_readers(const domain::event& fact);

  /// For the operator: one line a job, and the counts.
  void tell_end(const domain::job& job) const;

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
  std::map<domain::job_id, std::map<domain::pod_id, int>> shares_; ///< percent of each pod's item
  bool stacks_pause_ = false;
  std::map<domain::pod_id, pod_actor> pods_;
  domain::instant last_used_;
};

} // namespace cloudpods::actors
