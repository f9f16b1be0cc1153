#include "actors/event_log.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>

#include <caf/actor_cast.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/counted_mailbox.hpp"
#include "actors/frame.hpp"
#include "actors/log_line.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::size_t most_events_in_batch = 512;
constexpr std::size_t most_events_waiting = 16384;
constexpr std::chrono::milliseconds look_again{200};
/// How long a writer with nothing to write may not know that another one leads.
constexpr std::chrono::seconds lead_look{1};

struct event_log_state;
using self_pointer = event_log_actor::stateful_pointer<event_log_state>;

/// What waits for the writer's turn: an append, or a tenant that comes back.
struct waiting {
  std::optional<append_events> append;
  caf::typed_response_promise<append_reply> appended;
  std::optional<join_log> join;
  awake_tenant_actor joiner;
  caf::typed_response_promise<joined_log> joined;
};

/// What it counts in a batch: an answer alone is a row too.
std::size_t weight_of(const append_events& request) {
  return std::max<std::size_t>(1, request.what.events.size());
}

struct registration {
  awake_tenant_actor tenant;
  std::uint64_t incarnation = 0;
};

struct event_log_state {
  void init(self_pointer actor, engine_ptr shared, std::shared_ptr<persistence::log_writer> lead,
            allocator_actor one, event_feed_actor tail) {
    self = actor;
    engine = std::move(shared);
    writer = std::move(lead);
    allocator = std::move(one);
    feed = std::move(tail);
    note_head();
    self->delayed_send(self, lead_look, look_at_lead{});
  }

  caf::result<append_reply> append(append_events request) {
    if (request.is_request && away)
      return refuse(request, {domain::problem_code::store_unavailable, "The store is away."});
    if (request.is_request && events_waiting >= most_events_waiting)
      return refuse(request, {domain::problem_code::overloaded, "The event log is behind."});
    events_waiting += weight_of(request);
    waiting entry;
    entry.append = std::move(request);
    entry.appended = self->make_response_promise<append_reply>();
    auto promise = entry.appended;
    queue.push_back(std::move(entry));
    arm();
    return promise;
  }

  caf::result<joined_log> join(join_log request) {
    waiting entry;
    entry.join = std::move(request);
    entry.joiner = caf::actor_cast<awake_tenant_actor>(self->current_sender());
    entry.joined = self->make_response_promise<joined_log>();
    auto promise = entry.joined;
    queue.push_back(std::move(entry));
    arm();
    return promise;
  }

  void leave(const leave_log& request) {
    const auto found = tenants.find(request.tenant);
    if (found != tenants.end() && found->second.incarnation == request.incarnation)
      tenants.erase(found);
  }

  void flush() {
    armed = false;
    if (away)
      return;
    auto batch = take_batch();
    if (!batch.empty())
      write(std::move(batch));
    while (!away && !queue.empty() && queue.front().join)
      let_in();
    if (!away && !queue.empty())
      arm();
  }

  void recover() {
    if (away)
      settle(writer->recover(), std::exchange(in_doubt, {}));
  }

  /// One whose sessions ended while it slept has to find out without being asked to write.
  void look() {
    self->delayed_send(self, lead_look, look_at_lead{});
    engine->service->beat_log();
    if (!std::exchange(wrote, false) && !away)
      settle(writer->recover(), {});
  }

private:
  append_reply refuse(const append_events& request, domain::problem why) {
    for (const auto& each : request.holds)
      self->send(allocator, end_hold{each});
    return {std::unexpected{std::move(why)}};
  }

  void arm() {
    if (armed || away)
      return;
    armed = true;
    self->send(self, flush_log{});
  }

  bool is_stale(const incarnation& from) const {
    if (from.tenant.empty())
      return false;
    const auto found = tenants.find(from.tenant);
    return found == tenants.end() || found->second.incarnation != from.number;
  }

  std::vector<waiting> take_batch() {
    std::vector<waiting> batch;
    std::size_t events = 0;
    while (!queue.empty() && queue.front().append && events < most_events_in_batch) {
      auto entry = std::move(queue.front());
      queue.pop_front();
      const auto size = weight_of(*entry.append);
      events_waiting -= size;
      if (is_stale(entry.append->from)) {
        entry.appended.deliver(refuse(
            *entry.append, {domain::problem_code::store_unavailable, "The tenant was renewed."}));
        continue;
      }
      events += size;
      batch.push_back(std::move(entry));
    }
    return batch;
  }

  void let_in() {
    auto entry = std::move(queue.front());
    queue.pop_front();
    const auto number = ++last_incarnation;
    tenants[entry.join->tenant] = {entry.joiner, number};
    // What its predecessor sent is settled: a hold whose append never came would stand for ever.
    self->send(allocator, end_holds_of{entry.join->tenant});
    entry.joined.deliver(joined_log{writer->head().seq, number});
  }

  void write(std::vector<waiting> batch) {
    wrote = true;
    std::vector<persistence::decision> decisions;
    decisions.reserve(batch.size());
    std::size_t events = 0;
    for (const auto& each : batch) {
      events += each.append->what.events.size();
      decisions.push_back(each.append->what);
    }
    const auto begun = std::chrono::steady_clock::now();
    auto result = writer->append(std::move(decisions), engine->now());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    engine->meters->append_durations.observe(took.count());
    engine->meters->batch_sizes.observe(static_cast<double>(events));
    settle(std::move(result), std::move(batch));
  }

  void settle(persistence::append_result result, std::vector<waiting> batch) {
    if (auto* lost = std::get_if<persistence::lead_lost>(&result))
      engine->give_up(lost->message);
    else if (auto* gone = std::get_if<persistence::store_away>(&result))
      wait_for_store(*gone, std::move(batch));
    else
      hand_out(std::get<persistence::appended>(result), std::move(batch));
  }

  void wait_for_store(const persistence::store_away& gone, std::vector<waiting> batch) {
    if (!away)
      spdlog::warn("{}", log_line("store-away", gone.why.message));
    away = true;
    engine->service->note_store(false);
    if (gone.fate_open) {
      in_doubt = std::move(batch);
    } else {
      for (auto it = batch.rbegin(); it != batch.rend(); ++it) {
        events_waiting += weight_of(*it->append);
        queue.push_front(std::move(*it));
      }
    }
    refuse_requests();
    self->delayed_send(self, look_again, recover_log{});
  }

  /// Nothing of these was sent: their callers may know at once. Outcomes are kept.
  void refuse_requests() {
    std::deque<waiting> kept;
    for (auto& each : queue) {
      if (each.append && each.append->is_request) {
        events_waiting -= weight_of(*each.append);
        each.appended.deliver(
            refuse(*each.append, {domain::problem_code::store_unavailable, "The store is away."}));
      } else {
        kept.push_back(std::move(each));
      }
    }
    queue = std::move(kept);
  }

  void note_head() {
    engine->epoch->store(writer->head().epoch);
    engine->meters->event_log_position.set(writer->head().seq);
    engine->service->note_store(true);
  }

  void hand_out(persistence::appended& result, std::vector<waiting> batch) {
    if (std::exchange(away, false))
      spdlog::info("{}", log_line("store-back", "the log goes on"));
    note_head();
    std::vector<append_reply> replies;
    auto all = std::make_shared<std::vector<domain::event>>();
    auto frames = std::make_shared<std::vector<shared_frame>>();
    auto seq = writer->head().seq - count_events(result);
    for (std::size_t i = 0; i < result.decisions.size() && i < batch.size(); ++i)
      replies.push_back(read_outcome(result.decisions[i], *batch[i].append, seq, *all, *frames));
    if (!all->empty()) {
      self->send(allocator, committed{all});
      tell_tenants(*all);
    }
    for (std::size_t i = 0; i < replies.size(); ++i)
      batch[i].appended.deliver(std::move(replies[i]));
    if (!frames->empty())
      self->send(feed, live_events{std::move(frames)});
    arm();
  }

  static std::int64_t count_events(const persistence::appended& result) {
    std::int64_t events = 0;
    for (const auto& each : result.decisions)
      if (each)
        events += static_cast<std::int64_t>(each->size());
    return events;
  }

  /// `seq` is where the log stood before the decision, and stands after it.
  append_reply read_outcome(persistence::decision_outcome& outcome, const append_events& request,
                            std::int64_t& seq, std::vector<domain::event>& all,
                            std::vector<shared_frame>& frames) {
    if (!outcome) {
      spdlog::error("{}", log_line("append-refused", outcome.error().message));
      return refuse(request, persistence::as_problem(outcome.error()));
    }
    for (auto& each : *outcome) {
      frames.push_back(frame_of(each));
      seq = each.event.seq;
      all.push_back(std::move(each.event));
    }
    return {seq};
  }

  void tell_tenants(const std::vector<domain::event>& all) {
    std::map<domain::tenant_id, std::shared_ptr<std::vector<domain::event>>> parts;
    for (const auto& each : all) {
      if (each.tenant.empty() || !tenants.contains(each.tenant))
        continue;
      auto& part = parts[each.tenant];
      if (!part)
        part = std::make_shared<std::vector<domain::event>>();
      part->push_back(each);
    }
    for (auto& [tenant, part] : parts)
      self->send(tenants.at(tenant).tenant, committed{std::move(part)});
  }

  event_log_actor::pointer self = nullptr;
  engine_ptr engine;
  std::shared_ptr<persistence::log_writer> writer;
  allocator_actor allocator;
  event_feed_actor feed;
  std::deque<waiting> queue;
  std::size_t events_waiting = 0;
  std::vector<waiting> in_doubt; ///< sent, and its fate not yet known
  std::unordered_map<domain::tenant_id, registration> tenants;
  std::uint64_t last_incarnation = 0;
  bool armed = false;
  bool away = false;
  bool wrote = false; ///< since the last look
};

event_log_actor::behavior_type event_log(counted_pointer<event_log_actor, event_log_state> self,
                                         engine_ptr engine,
                                         std::shared_ptr<persistence::log_writer> writer,
                                         allocator_actor allocator, event_feed_actor feed) {
  self->count_as("event_log", engine->meters->mailboxes);
  self->state.init(self, std::move(engine), std::move(writer), std::move(allocator),
                   std::move(feed));
  return {
      [self](append_events& request) { return self->state.append(std::move(request)); },
      [self](join_log& request) { return self->state.join(std::move(request)); },
      [self](const leave_log& request) { self->state.leave(request); },
      [self](flush_log) { self->state.flush(); },
      [self](recover_log) { self->state.recover(); },
      [self](look_at_lead) { self->state.look(); },
  };
}

} // namespace

event_log_actor spawn_event_log(caf::actor_system& system, engine_ptr engine,
                                std::shared_ptr<persistence::log_writer> writer,
                                allocator_actor allocator, event_feed_actor feed) {
  return system.spawn<caf::detached>(event_log, std::move(engine), std::move(writer),
                                     std::move(allocator), std::move(feed));
}

} // namespace cloudpods::actors
