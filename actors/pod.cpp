#include "actors/pod.hpp"

#include <algorithm>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/job_percent.hpp"
#include "actors/log_line.hpp"
#include "actors/pod_life.hpp"
#include "domain/item_steps.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

using domain::move;

void pod_life::init(pod_actor::pointer actor, awake_tenant_actor tenant, engine_ptr engine,
                    handles_ptr handles, incarnation life) {
  self_ = actor;
  tenant_ = std::move(tenant);
  engine_ = std::move(engine);
  handles_ = std::move(handles);
  incarnation_ = std::move(life);
}

void pod_life::see(const pod_snapshot& news) {
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
  end_unwanted();
  advance();
}

void pod_life::granted(const lease_granted& lease) {
  if (lease.keys != wanted_)
    return; // given back, or asked for otherwise, in the meantime
  lease_.insert(lease.keys.begin(), lease.keys.end());
  wanted_.clear();
  waits_.reset();
  advance();
}

void pod_life::waits(const lease_waits& lease) {
  waits_ = lease;
  tell_progress({});
}

void pod_life::progressed(const step_progress& news) { tell_progress(news); }

void pod_life::woken(std::uint64_t number) {
  if (number != pause_)
    return;
  pausing_ = busy_ = false;
  advance();
}

void pod_life::meet_node() {
  static const domain::node_description elsewhere;
  const auto node = handles_->nodes.find(record_->pod.order.node);
  if (node != handles_->nodes.end())
    node_ = node->second;
  const auto* known = engine_->offers->find_node(record_->pod.order.node);
  site_ = known != nullptr ? *known : elsewhere;
  mark_ = {engine_->controller, record_->pod.id};
}

void pod_life::advance() {
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
  case move::refuse:
    append(domain::finish_item(*record_, next));
    break;
  }
}

bool pod_life::is_new(const domain::next_move& next) {
  return next.what == move::begin || next.what == move::attempt || next.what == move::follow;
}

void pod_life::end() {
  release_all();
  if (node_ && !ran_.empty())
    self_->send(node_, sweep_items{{ran_.begin(), ran_.end()}});
  self_->quit();
}

void pod_life::begin(const domain::next_move& next) {
  const auto* item = domain::current_item(*record_);
  // A destroy of what has nothing on the node touches none, nor does a create that was cancelled.
  const auto& pod = record_->pod;
  const bool ends_only =
      domain::only_removes(item->action) ||
      (item->action == domain::item_action::create && record_->find(next.job)->cancel_requested);
  const bool touches = !ends_only || pod.remains.any() || !pod.is_live();
  if (!touches || has_lease(domain::budgets_of(first_step(*item), record_->pod)))
    append(domain::begin_item(*record_, next));
}

domain::step pod_life::first_step(const domain::queue_item& item) const {
  if (item.action == domain::item_action::create)
    return record_->pod.order.kind == domain::guest_kind::vm ? domain::step::clone
                                                             : domain::step::create;
  return domain::only_removes(item.action) ? domain::step::destroy : domain::step::look;
}

void pod_life::attempt(const domain::next_move& next) {
  if (!has_lease(domain::budgets_of(next.which, record_->pod)))
    return;
  if (domain::looks_first(next.which))
    look_first(next);
  else
    append(domain::begin_step(*record_, next, false));
}

void pod_life::follow(const domain::next_move& next) {
  if (!resume_lease(domain::budgets_of(next.which, record_->pod)))
    return;
  step_ = next;
  tell_progress({});
  if (next.which == domain::step::wait)
    poll();
  else if (next.which == domain::step::absent)
    check_absent();
  else if (!look(next))
    run(next);
}

void pod_life::append(std::vector<domain::new_event> events, std::optional<domain::pod_id> hold) {
  if (engine_->service->phase() != service_phase::stopping)
    domain::extend(*record_, site_, engine_->now(), events);
  append_events request;
  request.from = incarnation_;
  if (hold)
    request.holds.push_back(*std::move(hold));
  request.what.actor = {domain::actor_kind::system, "cloudpodsd"};
  if (const auto* about = record_->find(events.front().job))
    request.what.request = about->request;
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

void pod_life::note_intent(const std::vector<domain::new_event>& events) {
  for (const auto& each : events)
    if (const auto* begun = std::get_if<domain::item_step_started>(&each.payload))
      fresh_ = {begun->item, begun->attempt};
}

void pod_life::settled(std::int64_t seq) {
  awaited_seq_ = seq;
  advance();
}

void pod_life::not_appended(const domain::problem& why) {
  spdlog::error(
      "{}", log_line("pod-append-refused", why.message,
                     {{"podId", record_->pod.id.value}, {"tenantId", record_->pod.tenant.value}}));
  fresh_.reset();
  pause(std::chrono::seconds{5});
}

void pod_life::pause(std::chrono::milliseconds how_long) {
  pausing_ = busy_ = true;
  self_->delayed_send(self_, std::max(how_long, std::chrono::milliseconds{1}), wake_up{++pause_});
}

int pod_life::percent_so_far(const domain::queue_item& item, int of_step) {
  const std::pair direction{item.id, item.undoing};
  if (std::exchange(told_of_, direction) != direction)
    told_percent_ = 0;
  told_percent_ = std::max(told_percent_, percent_of(item, of_step));
  return told_percent_;
}

void pod_life::tell_progress(const step_progress& news) {
  const auto* item = domain::current_item(*record_);
  if (item == nullptr)
    return;
  wire::job_progress made;
  made.percent = percent_so_far(*item, news.percent);
  made.step = item->open ? std::string{domain::text(item->open->which)} : std::string{};
  made.message = news.message;
  if (waits_) {
    made.waiting_on = waits_->on;
    made.queue_position = waits_->place;
    made.eta_s = waits_->eta_s;
  }
  const auto job = job_of(*record_, item->id);
  self_->send(tenant_, job_progressed{job, made, record_->pod.id});
  // Of a job of several pods it is the tenant that tells how far the whole is.
  if (const auto* known = record_->find(job); known != nullptr && known->is_share)
    return;
  self_->send(handles_->feed, live_progress{record_->pod.tenant, record_->pod.id,
                                            std::make_shared<const std::string>(
                                                wire::progress_frame(job, record_->pod.id, made))});
}

namespace {

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
