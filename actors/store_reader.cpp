#include "actors/store_reader.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/counted_mailbox.hpp"
#include "actors/frame.hpp"

namespace cloudpods::actors {

namespace {

template <class T>
domain::expected<T> with_problem(persistence::stored<T> answer) {
  if (!answer)
    return std::unexpected{persistence::as_problem(answer.error())};
  return std::move(*answer);
}

struct reader_state {
  std::unique_ptr<persistence::log_reader> store;
  engine_ptr engine;

  owner_reply owner(const find_owner& question) {
    return {std::visit([&](const auto& thing) { return with_problem(store->owner_of(thing)); },
                       question.what)};
  }

  events_reply events(read_events& question) {
    persistence::event_filter filter{question.filter.tenant, question.filter.pods,
                                     question.filter.names, question.filter.categories};
    auto page = store->events_after(question.after, filter, question.limit);
    if (!page)
      return {std::unexpected{persistence::as_problem(page.error())}};
    frame_page made;
    made.looked_up_to = page->looked_up_to;
    made.head = page->head;
    for (const auto& each : page->events)
      made.frames.push_back(frame_of(each));
    return {std::move(made)};
  }

  load_reply load(const load_tenant& question) {
    auto past = store->tenant_history(question.tenant);
    if (!past)
      return {std::unexpected{persistence::as_problem(past.error())}};
    auto answers = store->idempotency_of(question.tenant, engine->now());
    if (!answers)
      return {std::unexpected{persistence::as_problem(answers.error())}};
    loaded_tenant made;
    made.head = past->head;
    made.answers = std::move(*answers);
    made.events.reserve(past->events.size());
    for (auto& each : past->events)
      made.events.push_back(std::move(each.event));
    return {std::move(made)};
  }

  pod_at_reply pod_at(const read_pod_at& question) {
    auto past = store->pod_history(question.pod, question.seq);
    if (!past)
      return {std::unexpected{persistence::as_problem(past.error())}};
    auto record = std::make_shared<domain::pod_record>();
    for (const auto& each : past->events)
      domain::evolve(*record, each.event);
    return {std::move(record)};
  }

  deployment_at_reply deployment_at(const read_deployment_at& question) {
    auto past = store->tenant_history(question.tenant, question.seq);
    if (!past)
      return {std::unexpected{persistence::as_problem(past.error())}};
    domain::tenant_state then;
    then.id = question.tenant;
    for (const auto& each : past->events)
      domain::evolve(then, each.event);
    accepted_stack found;
    found.deployment = then.find(question.deployment);
    if (const auto job = then.jobs.find(question.job); job != then.jobs.end())
      found.job = job->second;
    found.replayed = true;
    return {std::move(found)};
  }
};

store_reader_actor::behavior_type
store_reader(counted_pointer<store_reader_actor, reader_state> self, engine_ptr engine,
             persistence::reader_settings settings) {
  self->count_as("store_reader", engine->meters->mailboxes);
  self->state.engine = std::move(engine);
  self->state.store = std::make_unique<persistence::log_reader>(std::move(settings));
  return {
      [self](const find_owner& question) { return self->state.owner(question); },
      [self](read_events& question) { return self->state.events(question); },
      [self](const read_checked& question) {
        return checked_reply{with_problem(self->state.store->health_checked_at(question.pod))};
      },
      [self](const load_tenant& question) { return self->state.load(question); },
      [self](const read_pod_at& question) { return self->state.pod_at(question); },
      [self](const read_deployment_at& question) { return self->state.deployment_at(question); },
      [self](load_blueprints) {
        return blueprints_reply{with_problem(self->state.store->stack_blueprints())};
      },
      [self](list_open_tenants) {
        return open_tenants_reply{with_problem(self->state.store->tenants_with_open_work())};
      },
      [self](const read_ended& question) {
        return ended_reply{with_problem(self->state.store->ended_of(question.items))};
      },
      [self](const read_secret& question) {
        return secret_reply{with_problem(self->state.store->secret(question.pod, question.name))};
      },
  };
}

} // namespace

store_reader_actor spawn_store_reader(caf::actor_system& system, engine_ptr engine,
                                      persistence::reader_settings settings) {
  return system.spawn<caf::detached>(store_reader, std::move(engine), std::move(settings));
}

} // namespace cloudpods::actors
