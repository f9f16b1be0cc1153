#include "actors/pod.hpp"

#include <algorithm>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/job_percent.hpp"
#include "actors/log_line.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

namespace {

using domain::move;

/// Runs one pod's queue: asks domain what is next, appends it, does it, appends what came of it.
/// It acts on what its tenant has folded only, and does one thing at a time.
class pod_life {
public:
  void init(pod_actor::pointer actor, awake_tenant_actor tenant, engine_ptr engine,
            handles_ptr handles, incarnation life) {
    self_ = actor;
    tenant_ = std::move(tenant);
    engine_ = std::move(engine);
    handles_ = std::move(handles);
    incarnation_ = std::move(life);
  }

  void see(const pod_snapshot& news) {
    const bool first = !record_;
    record_ = news.record;
    seq_ = news.seq;
    if (first)
      meet_node();
    if (!record_->has_work()) {
      end();
      return;
    }
    // What came may change what the pause was for.
    if (pausing_) {
      ++pause_;
      pausing_ = busy_ = false;
    }
    advance();
  }

  void granted(const lease_granted& lease) {
    if (lease.keys != wanted_)
      return; // given back, or asked for otherwise, in the meantime
    lease_.insert(lease.keys.begin(), lease.keys.end());
    wanted_.clear();
    waiting_on_.reset();
    advance();
  }

  void waits(const lease_waits& lease) {
    waiting_on_ = lease.on;
    tell_progress({});
  }

  void progressed(const step_progress& news) { tell_progress(news); }

  void woken(std::uint64_t number) {
    if (number != pause_)
      return;
    pausing_ = busy_ = false;
    advance();
  }

private:
  // What is next.

  void meet_node() {
    static const domain::node_description elsewhere;
    const auto node = handles_->nodes.find(record_->pod.order.node);
    if (node != handles_->nodes.end())
      node_ = node->second;
    const auto* known = engine_->offers->find_node(record_->pod.order.node);
    site_ = known != nullptr ? *known : elsewhere;
    mark_ = {engine_->controller, record_->pod.id};
  }

  void advance() {
    if (busy_ || seq_ < awaited_seq_)
      return;
    const auto next = domain::next_work(*record_, site_, engine_->now());
    release_unneeded(next);
    if (is_new(next) && engine_->service->phase() == service_phase::stopping)
      return;
    switch (next.what) {
    case move::rest:
      release_all();
      break;
    case move::wait:
      release_all();
      pause(*next.not_before - engine_->now());
      break;
    case move::begin:
      begin(next);
      break;
    case move::attempt:
      attempt(next);
      break;
    case move::follow:
      follow(next);
      break;
    case move::finish:
    case move::interrupt:
      append(domain::finish_item(*record_, next));
      break;
    }
  }

  static bool is_new(const domain::next_move& next) {
    return next.what == move::begin || next.what == move::attempt || next.what == move::follow;
  }

  /// The tenant has no more work for this pod.
  void end() {
    release_all();
    if (node_ && !ran_.empty())
      self_->send(node_, sweep_items{{ran_.begin(), ran_.end()}});
    self_->quit();
  }

  void begin(const domain::next_move& next) {
    const auto* item = domain::current_item(*record_);
    // A destroy of what has nothing on the node touches none.
    const bool touches = item->action == domain::item_action::create || record_->pod.remains.any();
    if (!touches || has_lease(domain::budgets_of(first_step(*item), record_->pod)))
      append(domain::begin_item(*record_, next));
  }

  domain::step first_step(const domain::queue_item& item) const {
    if (item.action != domain::item_action::create)
      return domain::step::destroy;
    return record_->pod.order.kind == domain::guest_kind::vm ? domain::step::clone
                                                             : domain::step::create;
  }

  void attempt(const domain::next_move& next) {
    if (!has_lease(domain::budgets_of(next.which, record_->pod)))
      return;
    if (domain::looks_first(next.which))
      look_first(next);
    else
      append(domain::begin_step(*record_, next, false));
  }

  void follow(const domain::next_move& next) {
    if (!resume_lease(domain::budgets_of(next.which, record_->pod)))
      return;
    step_ = next;
    tell_progress({});
    if (next.which == domain::step::wait)
      poll();
    else if (next.which == domain::step::absent)
      check_absent();
    else
      run(next);
  }

  // The node's budgets.

  bool covers(const std::vector<std::string>& keys) const {
    return std::ranges::all_of(keys, [&](const auto& each) { return lease_.contains(each); });
  }

  /// True where all is held; else it is asked for, once.
  bool has_lease(const std::vector<std::string>& keys) {
    if (covers(keys))
      return true;
    const std::set<std::string> wanted{keys.begin(), keys.end()};
    if (wanted != wanted_)
      ask_lease(wanted, false);
    return false;
  }

  /// An open intent counts on its node whether there is room or not.
  bool resume_lease(const std::vector<std::string>& keys) {
    if (covers(keys))
      return true;
    if (const std::set<std::string> wanted{keys.begin(), keys.end()}; wanted != wanted_)
      ask_lease(wanted, true);
    return false;
  }

  void ask_lease(const std::set<std::string>& wanted, bool resumed) {
    wanted_ = wanted;
    if (!node_) {
      waits({"node:" + record_->pod.order.node.value});
      return;
    }
    self_->send(node_, acquire_lease{record_->pod.id, record_->pod.tenant, wanted, resumed,
                                     caf::actor_cast<caf::actor>(self_)});
  }

  void release_all() {
    if (node_ && (!lease_.empty() || !wanted_.empty()))
      self_->send(node_, release_lease{record_->pod.id, {}});
    lease_.clear();
    wanted_.clear();
  }

  /// Storage and template are for the steps that build; the place on the node is the item's.
  void release_unneeded(const domain::next_move& next) {
    std::set<std::string> over;
    const auto* item = domain::current_item(*record_);
    const bool builds = item != nullptr && item->action == domain::item_action::create &&
                        next.which != domain::step::start && next.which != domain::step::wait &&
                        !next.undoing;
    for (const auto& each : lease_)
      if (each != "node" && !builds)
        over.insert(each);
    if (over.empty() || !node_)
      return;
    for (const auto& each : over)
      lease_.erase(each);
    self_->send(node_, release_lease{record_->pod.id, over});
  }

  // Appending.

  void append(std::vector<domain::new_event> events,
              std::optional<domain::pod_id> hold = std::nullopt) {
    if (engine_->service->phase() != service_phase::stopping)
      domain::extend(*record_, site_, engine_->now(), events);
    append_events request;
    request.from = incarnation_;
    request.hold = std::move(hold);
    request.what.actor = {domain::actor_kind::system, "cloudpodsd"};
    note_intent(events);
    request.what.events = std::move(events);
    busy_ = true;
    self_->request(handles_->log, answer_certain, std::move(request))
        .then(
            [this](const append_reply& reply) {
              busy_ = false;
              if (reply.last_seq)
                settled(*reply.last_seq);
              else
                not_appended(reply.last_seq.error());
            },
            [this](const caf::error&) { self_->quit(caf::exit_reason::unhandled_exception); });
  }

  /// The intent that this life has logged and not yet sent: its command may be started without a
  /// look for an earlier start.
  void note_intent(const std::vector<domain::new_event>& events) {
    for (const auto& each : events)
      if (const auto* begun = std::get_if<domain::item_step_started>(&each.payload))
        fresh_ = {begun->item, begun->attempt};
  }

  void settled(std::int64_t seq) {
    awaited_seq_ = seq;
    advance();
  }

  void not_appended(const domain::problem& why) {
    spdlog::error("{}", log_line("pod-append-refused", why.message,
                                 {{"podId", record_->pod.id.value},
                                  {"tenantId", record_->pod.tenant.value}}));
    fresh_.reset();
    pause(std::chrono::seconds{5});
  }

  void pause(std::chrono::milliseconds how_long) {
    pausing_ = busy_ = true;
    self_->delayed_send(self_, std::max(how_long, std::chrono::milliseconds{1}), wake_up{++pause_});
  }

  // Looking at the cluster before a guest is made.

  template <class Use>
  void ask_node(domain::query question, Use use) {
    busy_ = true;
    self_->request(node_, answer_certain, run_query{std::move(question)})
        .then(
            [this, use](const query_reply& reply) {
              busy_ = false;
              if (reply.value)
                use(*reply.value);
              else
                node_failed(reply.value.error());
            },
            [this](const caf::error&) {
              busy_ = false;
              node_failed("The node's actor is gone.");
            });
  }

  void node_failed(const std::string& why) {
    waiting_on_ = "node:" + record_->pod.order.node.value;
    step_progress news;
    news.message = why;
    tell_progress(news);
    pause(std::chrono::seconds{1});
  }

  void look_first(const domain::next_move& next) {
    ask_node(domain::list_guests{}, [this, next](const domain::query_answer& answer) {
      if (!is_still(next)) {
        advance();
        return;
      }
      const auto& list = std::get<domain::guest_list>(answer);
      if (list.find(record_->pod.order.guest) == nullptr)
        append(domain::begin_step(*record_, next, true));
      else if (record_->pod.remains.built)
        append(domain::redo(*record_, next, engine_->now()));
      else
        take_another_vmid(next);
    });
  }

  /// A cancel may have come while the cluster was looked at.
  bool is_still(const domain::next_move& looked) const {
    const auto next = domain::next_work(*record_, site_, engine_->now());
    return next.what == looked.what && next.item == looked.item && next.which == looked.which &&
           next.attempt == looked.attempt;
  }

  void take_another_vmid(const domain::next_move& next) {
    busy_ = true;
    self_->request(handles_->allocator, answer_certain, hold_vmid{record_->pod.id})
        .then(
            [this, next](const vmid_reply& reply) {
              busy_ = false;
              if (reply.value)
                append(domain::renumber(*record_, next, *reply.value, engine_->now()),
                       record_->pod.id);
              else
                conclude(next, domain::failed{domain::failure_class::vmid_taken,
                                              reply.value.error().message,
                                              {}});
            },
            [this](const caf::error&) { self_->quit(caf::exit_reason::unhandled_exception); });
  }

  // Running a step.

  std::chrono::seconds limit() const {
    const auto* item = domain::current_item(*record_);
    return item->action == domain::item_action::create ? engine_->timeouts.create
                                                       : engine_->timeouts.destroy;
  }

  std::chrono::seconds time_left(const domain::queue_item& item) const {
    const auto gone =
        std::chrono::duration_cast<std::chrono::seconds>(engine_->now() - item.open->started_at);
    return std::max(limit() - gone, std::chrono::seconds{1});
  }

  void run(const domain::next_move& next) {
    if (next.which == domain::step::write_snippet && user_data_.empty()) {
      fetch_user_data(next);
      return;
    }
    const auto* item = domain::current_item(*record_);
    const bool resume = fresh_ != std::pair{next.item, next.attempt};
    run_attempt request{
        next.item,
        next.which,
        next.attempt,
        domain::operation_of(next.which, record_->pod, *item, *engine_->offers, mark_, user_data_),
        resume,
        time_left(*item),
        record_->pod.id,
        caf::actor_cast<caf::actor>(self_)};
    fresh_.reset();
    ran_.insert(next.item);
    busy_ = true;
    self_->request(node_, answer_certain, std::move(request))
        .then(
            [this, next](const attempt_reply& reply) {
              busy_ = false;
              std::visit([&](const auto& each) { learned(next, each); }, reply.value);
            },
            [this](const caf::error&) {
              busy_ = false;
              node_failed("The node's actor is gone.");
            });
  }

  void fetch_user_data(const domain::next_move& next) {
    busy_ = true;
    self_
        ->request(handles_->reader_for(record_->pod.id.value), answer_certain,
                  read_secret{record_->pod.id, "userData"})
        .then(
            [this, next](const secret_reply& reply) {
              busy_ = false;
              if (!reply.value)
                return pause(std::chrono::seconds{1});
              user_data_ = reply.value->value_or(std::string{});
              if (!user_data_.empty())
                return advance();
              conclude(next, domain::failed{domain::failure_class::permanent,
                                            "The user data is not stored any more.",
                                            {}});
            },
            [this](const caf::error&) { self_->quit(caf::exit_reason::unhandled_exception); });
  }

  void learned(const domain::next_move& next, const domain::succeeded& answer) {
    conclude(next, answer);
  }

  void learned(const domain::next_move& next, const domain::failed& answer) {
    switch (answer.why) {
    case domain::failure_class::fenced:
      engine_->give_up("A node has seen a newer writer.");
      break;
    case domain::failure_class::vmid_taken:
      take_another_vmid(next);
      break;
    default:
      conclude(next, answer);
    }
  }

  void learned(const domain::next_move& next, const never_started&) {
    conclude(next, domain::failed{domain::failure_class::busy, "The command was not started.", {}});
  }

  void learned(const domain::next_move& next, const attempt_vanished&) {
    resolve(next, "The command's process is gone and left no result.");
  }

  void learned(const domain::next_move& next, const attempt_timed_out& answer) {
    resolve(next, answer.message);
  }

  void learned(const domain::next_move& next, const connection_failed& answer) {
    // What certainly was not seen by the node may be sent as if for the first time.
    if (!answer.begun)
      fresh_ = {next.item, next.attempt};
    node_failed(answer.message);
  }

  /// An unknown outcome is no failure: the guest is asked (contract 11).
  void resolve(const domain::next_move& next, const std::string& why) {
    step_progress news;
    news.message = "resolving: " + why;
    tell_progress(news);
    ask_node(domain::list_guests{}, [this, next](const domain::query_answer& answer) {
      const bool listed =
          std::get<domain::guest_list>(answer).find(record_->pod.order.guest) != nullptr;
      ask_node(domain::read_guest{record_->pod.order.kind, record_->pod.order.guest},
               [this, next, listed](const domain::query_answer& guest) {
                 conclude(next,
                          domain::resolve(*record_, next.which,
                                          std::get<domain::guest_facts>(guest), listed, mark_));
               });
    });
  }

  void conclude(const domain::next_move& next, const domain::outcome& answer,
                const std::vector<std::string>& volumes = {}) {
    const auto* item = domain::current_item(*record_);
    if (!item->open) {
      // Nothing was begun: the fault of a look before the intent is told as that step's.
      auto told = domain::begin_step(*record_, next, false);
      append_then_conclude(std::move(told), next, answer);
      return;
    }
    append(domain::end_step(*record_, next, answer, volumes, engine_->retries, engine_->now(),
                            engine_->chance(), domain::item_id{engine_->new_id("q-")}));
  }

  void append_then_conclude(std::vector<domain::new_event> told, const domain::next_move& next,
                            const domain::outcome& answer) {
    auto ended = domain::end_step(*record_, next, answer, {}, engine_->retries, engine_->now(),
                                  engine_->chance(), domain::item_id{engine_->new_id("q-")});
    told.insert(told.end(), ended.begin(), ended.end());
    append(std::move(told));
  }

  // Steps that only read.

  bool is_late() const {
    const auto* item = domain::current_item(*record_);
    return engine_->now() - item->open->started_at > limit();
  }

  void poll() {
    // Nothing is changed by this step: a cancel need not wait for its end.
    if (record_->find(step_.job)->cancel_requested) {
      conclude(step_, domain::failed{domain::failure_class::permanent, "cancelled", {}});
      return;
    }
    ask_node(domain::read_guest{record_->pod.order.kind, record_->pod.order.guest},
             [this](const domain::query_answer& answer) {
               const auto& guest = std::get<domain::guest_facts>(answer);
               if (guest.status == "running")
                 poll_address();
               else
                 poll_later("The guest does not run.");
             });
  }

  void poll_address() {
    const auto* item = domain::current_item(*record_);
    if (const auto known =
            record_->pod.order.ip_address ? record_->pod.order.ip_address : item->ip_address) {
      end_poll(known);
      return;
    }
    ask_node(domain::address_query(record_->pod, *engine_->offers),
             [this](const domain::query_answer& answer) {
               const auto& found = std::get<domain::guest_address>(answer);
               if (found.address)
                 end_poll(found.address);
               else
                 poll_later("The guest has no address yet.");
             });
  }

  void end_poll(const std::optional<std::string>& address) {
    poll_wait_ = {};
    domain::succeeded done;
    done.address = address;
    conclude(step_, done);
  }

  void poll_later(const std::string& why) {
    if (is_late()) {
      poll_wait_ = {};
      conclude(step_,
               domain::failed{domain::failure_class::permanent,
                              why + " It was waited for " + std::to_string(limit().count()) + " s.",
                              {}});
      return;
    }
    step_progress news;
    news.message = why;
    tell_progress(news);
    poll_wait_ = std::clamp(poll_wait_ * 2, engine_->poll_interval, engine_->poll_interval * 20);
    pause(poll_wait_);
  }

  /// Two lists in a row without the guest, and what is left of it on the storages between them
  /// (contract 17).
  void check_absent() {
    ask_absent([this] {
      ask_node(domain::list_volumes{record_->pod.order.guest},
               [this](const domain::query_answer& answer) {
                 const auto volumes = std::get<domain::volume_list>(answer).volumes;
                 ask_absent([this, volumes] { conclude(step_, domain::succeeded{}, volumes); });
               });
    });
  }

  void ask_absent(std::function<void()> then) {
    ask_node(domain::list_guests{}, [this, then](const domain::query_answer& answer) {
      const auto* found = std::get<domain::guest_list>(answer).find(record_->pod.order.guest);
      if (found == nullptr)
        then();
      else if (found->node == record_->pod.order.node.value)
        conclude(step_,
                 domain::failed{domain::failure_class::transient, "The guest is still there.", {}});
      else
        conclude(step_, domain::failed{domain::failure_class::permanent,
                                       "The guest has moved to the node " + found->node + ".",
                                       {}});
    });
  }

  // Telling how far it is.

  /// A line without a number, or another try, is no step back.
  int percent_so_far(const domain::queue_item& item, int of_step) {
    const std::pair direction{item.id, item.undoing};
    if (std::exchange(told_of_, direction) != direction)
      told_percent_ = 0;
    told_percent_ = std::max(told_percent_, percent_of(item, of_step));
    return told_percent_;
  }

  void tell_progress(const step_progress& news) {
    const auto* item = domain::current_item(*record_);
    if (item == nullptr)
      return;
    wire::job_progress made;
    made.percent = percent_so_far(*item, news.percent);
    made.step = item->open ? std::string{domain::text(item->open->which)} : std::string{};
    made.message = news.message;
    made.waiting_on = waiting_on_;
    const auto job = job_of(*record_, item->id);
    self_->send(tenant_, job_progressed{job, made});
    self_->send(handles_->feed,
                live_progress{record_->pod.tenant, record_->pod.id,
                              std::make_shared<const std::string>(
                                  wire::progress_frame(job, record_->pod.id, made))});
  }

  pod_actor::pointer self_ = nullptr;
  awake_tenant_actor tenant_;
  engine_ptr engine_;
  handles_ptr handles_;
  incarnation incarnation_;
  node_actor node_;
  domain::node_description site_;
  domain::owner_mark mark_;
  std::shared_ptr<const domain::pod_record> record_;
  std::int64_t seq_ = 0;
  std::int64_t awaited_seq_ = 0; ///< of the last append: the tenant has to have folded it
  bool busy_ = false;            ///< an answer is awaited, or a pause goes on
  bool pausing_ = false;
  std::uint64_t pause_ = 0;
  std::set<std::string> lease_;
  std::set<std::string> wanted_;
  std::optional<std::string> waiting_on_;
  domain::next_move step_;
  std::optional<std::pair<domain::item_id, int>> fresh_;
  std::chrono::milliseconds poll_wait_{0};
  std::string user_data_;
  std::pair<domain::item_id, bool> told_of_;
  int told_percent_ = 0;          ///< of that item, in that direction
  std::set<domain::item_id> ran_; ///< whose directories on the node may go at the end
};

pod_actor::behavior_type pod(pod_actor::stateful_pointer<pod_life> self, awake_tenant_actor tenant,
                             engine_ptr engine, handles_ptr handles, incarnation life) {
  auto& state = self->state;
  state.init(self, std::move(tenant), std::move(engine), std::move(handles), std::move(life));
  return {
      [&state](const pod_snapshot& news) { state.see(news); },
      [&state](const lease_granted& lease) { state.granted(lease); },
      [&state](const lease_waits& lease) { state.waits(lease); },
      [&state](const step_progress& news) { state.progressed(news); },
      [&state](const wake_up& over) { state.woken(over.number); },
  };
}

} // namespace

pod_actor spawn_pod(caf::local_actor& tenant, const awake_tenant_actor& owner, engine_ptr engine,
                    handles_ptr handles, incarnation life) {
  return tenant.spawn<caf::linked>(pod, owner, std::move(engine), std::move(handles),
                                   std::move(life));
}

} // namespace cloudpods::actors
