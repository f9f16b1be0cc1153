#include <algorithm>

#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "actors/reconcile_ask.hpp"
#include "domain/step_operations.hpp"

namespace cloudpods::actors {

namespace {

constexpr int pods_at_once = 500;
/// Guests of each host that are read although no list hints at anything.
constexpr int turns_at_once = 20;
/// How long somebody who asked for a sweep waits for its end.
constexpr std::chrono::seconds caller_patience{15};

std::int64_t seconds_of(domain::instant at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

} // namespace

void reconcile_life::look_by_clock() {
  // Up to a tenth sooner or later: daemons that began together drift apart.
  const auto next = std::chrono::duration_cast<std::chrono::milliseconds>(rules_.interval) *
                    (0.9 + 0.2 * engine_->chance());
  self_->delayed_send(self_, std::chrono::duration_cast<std::chrono::milliseconds>(next),
                      look_around{});
  // A sweep that takes longer than the interval is the next one too.
  if (open_ == 0 && engine_->service->phase() == service_phase::serving)
    begin_sweep();
}

caf::result<reconcile_reply> reconcile_life::look_now() {
  auto promise = self_->make_response_promise<reconcile_reply>();
  self_->delayed_send(self_, caller_patience, end_of_patience{});
  if (open_ > 0) {
    // What the one under way has read may be older than the question.
    for_next_.push_back(promise);
    again_ = true;
    return promise;
  }
  waiting_.push_back(promise);
  begin_sweep();
  return promise;
}

void reconcile_life::end_patience() {
  if (engine_->now() - sum_.begun_at < caller_patience)
    return;
  answer_waiting(false);
  for (auto& each : std::exchange(for_next_, {}))
    each.deliver(reconcile_reply{sum_});
}

void reconcile_life::begin_sweep() {
  sum_ = {};
  sum_.begun_at = engine_->now();
  taken_.clear();
  absent_.clear();
  for (auto& [name, each] : hosts_) {
    each.wanted_.clear();
    each.turns = 0;
    each.has_more = false;
  }
  ++open_;
  list(handles_->nodes.begin(), std::make_shared<domain::cluster_view>(),
       [this](domain::cluster_view seen) {
         view_ = std::move(seen);
         for (const auto& [name, node] : handles_->nodes)
           (view_.knows(name) ? sum_.nodes_read : sum_.nodes_away).push_back(name);
         // After the lists: whatever they name that was ordered by then is in the table.
         read_pods({});
       });
}

// One list per cluster: a host that another's list told of needs none of its own.

void reconcile_life::list(node_place at, std::shared_ptr<domain::cluster_view> view,
                          after_lists then) {
  while (at != handles_->nodes.end() && view->knows(at->first))
    ++at;
  if (at == handles_->nodes.end()) {
    then(std::move(*view));
    return;
  }
  const auto go_on = [this, at, view, then] { list(std::next(at), view, then); };
  if_it_answers(
      at->first,
      [this, at, view, go_on](const wire::node_view& shown) {
        note_host(at->first, shown);
        self_->request(at->second, reconcile_patience, run_query{domain::list_guests{true}})
            .then(
                [at, view, go_on](const query_reply& reply) {
                  if (reply.value)
                    view->add(at->first, std::get<domain::guest_list>(*reply.value));
                  go_on();
                },
                [go_on](const caf::error&) { go_on(); });
      },
      go_on);
}

void reconcile_life::note_host(const domain::node_name& name, const wire::node_view& view) {
  auto& known = hosts_[name].booted_at_s;
  known.reset();
  if (view.capacity && view.capacity->uptime_s && view.read_at)
    known = seconds_of(*view.read_at) - *view.capacity->uptime_s;
}

// Pods.

void reconcile_life::read_pods(const domain::pod_id& after) {
  self_->request(store_, answer_certain, read_compared{after, pods_at_once})
      .then(
          [this](compared_reply& answer) {
            if (!answer.value) {
              spdlog::warn("{}", log_line("drift-not-read", answer.value.error().message));
              done();
              return;
            }
            const bool more = static_cast<int>(answer.value->size()) == pods_at_once;
            const auto last =
                answer.value->empty() ? domain::pod_id{} : answer.value->back().record.pod.id;
            for (auto& each : *answer.value)
              compare(std::move(each.record));
            if (more) {
              read_pods(last);
              return;
            }
            for (auto& [name, each] : hosts_)
              if (!each.has_more)
                each.read_up_to = {};
            confirm_absent();
            compare_unknown();
            done();
          },
          [this](const caf::error&) { done(); });
}

bool reconcile_life::has_turn(const domain::pod& pod) {
  auto& at = hosts_[pod.order.node];
  if (pod.id <= at.read_up_to)
    return false;
  if (at.turns >= turns_at_once) {
    at.has_more = true;
    return false;
  }
  ++at.turns;
  at.read_up_to = pod.id;
  return true;
}

void reconcile_life::compare(domain::pod_record record) {
  const auto& pod = record.pod;
  taken_.insert(pod.order.guest);
  // What changed since is not what was listed.
  if (pod.updated_at >= sum_.begun_at)
    return;
  ++sum_.pods;
  const auto look = domain::compare(record, view_, *engine_->offers, has_turn(pod));
  switch (look.what) {
  case domain::drift_look::nothing:
    break;
  case domain::drift_look::absence:
    absent_.push_back(std::move(record));
    break;
  case domain::drift_look::listed:
    tell(record, domain::report_listed(record, look.node));
    break;
  case domain::drift_look::guest:
    hosts_[look.node].wanted_.push_back({std::move(record), std::nullopt});
    look_on(look.node);
    break;
  }
}

/// Two lists in a row (contract 17).
void reconcile_life::confirm_absent() {
  if (absent_.empty())
    return;
  ++open_;
  list(handles_->nodes.begin(), std::make_shared<domain::cluster_view>(),
       [this](const domain::cluster_view& second) {
         for (const auto& each : std::exchange(absent_, {})) {
           const auto look = domain::compare(each, second, *engine_->offers, false);
           if (look.what == domain::drift_look::absence)
             tell(each, domain::report_absent(each));
         }
         done();
       });
}

// Guests of no pod.

void reconcile_life::compare_unknown() {
  ++open_;
  self_->request(store_, answer_certain, read_told_of_nodes{})
      .then(
          [this](const told_of_nodes_reply& told) {
            if (told.value)
              judge_unknown(*told.value);
            done();
          },
          [this](const caf::error&) { done(); });
}

void reconcile_life::judge_unknown(const std::vector<domain::node_drift>& told) {
  const auto found = domain::unknown_guests(view_, taken_, *engine_->offers);
  const auto is_same = [](const domain::node_drift& one, const domain::node_drift& other) {
    return one.node == other.node && one.guest == other.guest;
  };
  const auto is_in = [&](const std::vector<domain::node_drift>& all,
                         const domain::node_drift& sought) {
    return std::ranges::any_of(
        all, [&](const domain::node_drift& each) { return is_same(each, sought); });
  };
  for (const auto& each : told)
    if (view_.is_whole(each.node) && !is_in(found, each)) {
      ++open_;
      ++sum_.changes;
      append(domain::resolved(each, domain::drift_end::gone), by_itself(),
             [this](bool) { done(); });
    }
  for (const auto& each : found)
    if (!is_in(told, each)) {
      hosts_[each.node].wanted_.push_back({{}, each});
      look_on(each.node);
    }
}

void reconcile_life::learn(const domain::node_drift& unknown, const domain::guest_facts& guest) {
  const auto kind = domain::judge_unknown(guest, engine_->controller,
                                          domain::is_in_range(unknown.guest, *engine_->offers));
  if (!kind)
    return;
  auto is = unknown;
  is.kind = *kind;
  ++open_;
  ++sum_.changes;
  append(domain::detected(is), by_itself(), [this](bool) { done(); });
}

// Guests that are read themselves: one at a time on a host.

void reconcile_life::look_on(const domain::node_name& name) {
  auto& at = hosts_[name];
  if (at.looking || at.wanted_.empty())
    return;
  at.looking = true;
  ++open_;
  auto next = std::move(at.wanted_.front());
  at.wanted_.pop_front();
  look_at_guest(name, std::move(next));
}

void reconcile_life::look_at_guest(const domain::node_name& name, wanted what) {
  const auto over = [this, name] {
    hosts_[name].looking = false;
    look_on(name);
    done();
  };
  const auto question = what.unknown
                            ? domain::read_guest{what.unknown->guest_is, what.unknown->guest}
                            : guest_query(what.pod.pod);
  ask<domain::guest_facts>(
      name, question,
      [this, name, what, over](const domain::guest_facts& guest) {
        ++sum_.guests;
        if (!what.unknown) {
          learn(name, what.pod, guest, over);
          return;
        }
        learn(*what.unknown, guest);
        over();
      },
      over);
}

void reconcile_life::learn(const domain::node_name& name, const domain::pod_record& pod,
                           const domain::guest_facts& guest, const std::function<void()>& then) {
  auto found = domain::report_guest(pod, guest, mark_of(pod.pod.id), name);
  if (!found) {
    then();
    return;
  }
  const bool runs = found->power == domain::power_state::running;
  auto report = std::make_shared<domain::drift_report>(std::move(*found));
  if (report->find(domain::drift_kind::power) != nullptr)
    learn_power(name, pod, report, then);
  else if (runs && !domain::is_given_address(pod.pod, *engine_->offers))
    learn_address(name, pod, report, then);
  else {
    tell(pod, *report);
    then();
  }
}

void reconcile_life::learn_power(const domain::node_name& name, const domain::pod_record& pod,
                                 std::shared_ptr<domain::drift_report> report,
                                 const std::function<void()>& then) {
  // One that runs and is to be stopped did not start itself.
  report->sets_power = rules_.restarts_guests || report->power == domain::power_state::running;
  // Who stopped it was judged when that was seen: a restart of the host later changes nothing.
  const auto* told = pod.pod.find_drift(domain::drift_kind::power);
  const bool is_left =
      told != nullptr && !told->job && pod.pod.power != domain::power_state::running;
  if (report->sets_power || is_left) {
    tell(pod, *report);
    then();
    return;
  }
  ask<domain::guest_task_list>(
      name, domain::list_guest_tasks{pod.pod.order.guest},
      [this, name, pod, report, then](const domain::guest_task_list& tasks) {
        report->sets_power =
            domain::who_stopped(tasks, hosts_[name].booted_at_s) == domain::stopped_by::node;
        tell(pod, *report);
        then();
      },
      [this, pod, report, then] {
        tell(pod, *report);
        then();
      });
}

void reconcile_life::learn_address(const domain::node_name& name, const domain::pod_record& pod,
                                   std::shared_ptr<domain::drift_report> report,
                                   const std::function<void()>& then) {
  ask<domain::guest_address>(
      name, domain::address_query(pod.pod, *engine_->offers),
      [this, pod, report, then](const domain::guest_address& found) {
        domain::report_address(pod, found.address, *report);
        tell(pod, *report);
        then();
      },
      [this, pod, report, then] {
        tell(pod, *report);
        then();
      });
}

// What was learned.

void reconcile_life::tell(const domain::pod_record& pod, const domain::drift_report& report) {
  if (domain::note_drift(pod, report, {}, engine_->now()).empty())
    return;
  ++open_;
  ++sum_.changes;
  self_->request(directory_, tenant_patience, find_tenant{pod.pod.tenant})
      .then(
          [this, id = pod.pod.id, report](const tenant_reply& tenant) {
            if (!tenant.value) {
              done();
              return;
            }
            self_->request(*tenant.value, tenant_patience, note_drift{id, report, by_itself()})
                .then([this](const command_reply&) { done(); },
                      [this](const caf::error&) { done(); });
          },
          [this](const caf::error&) { done(); });
}

void reconcile_life::append(domain::new_event fact, const requester& by,
                            std::function<void(bool)> then) {
  append_events request;
  request.is_request = true;
  request.what.actor = by.actor;
  request.what.request = by.request;
  request.what.events.push_back(std::move(fact));
  self_->request(handles_->log, answer_certain, std::move(request))
      .then([then](const append_reply& reply) { then(reply.last_seq.has_value()); },
            [then](const caf::error&) { then(false); });
}

void reconcile_life::done() {
  if (--open_ > 0)
    return;
  answer_waiting(true);
  if (!std::exchange(again_, false))
    return;
  waiting_ = std::exchange(for_next_, {});
  begin_sweep();
}

void reconcile_life::answer_waiting(bool finished) {
  sum_.finished = finished;
  for (auto& each : std::exchange(waiting_, {}))
    each.deliver(reconcile_reply{sum_});
}

} // namespace cloudpods::actors
