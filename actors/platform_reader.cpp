#include "actors/platform_reader.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/counted_mailbox.hpp"
#include "actors/store_gauges.hpp"
#include "persistence/drift_store.hpp"
#include "persistence/platform_reader.hpp"

namespace cloudpods::actors {

namespace {

/// Of how many tenants `/metrics` tells (contract 18).
constexpr int most_tenants = 10'000;
/// Several that scrape get the same answer.
constexpr std::chrono::seconds good_for{5};

std::unexpected<domain::problem> refused(const persistence::fault& why) {
  return std::unexpected{persistence::as_problem(why)};
}

struct platform_state {
  engine_ptr engine;
  std::unique_ptr<persistence::platform_reader> store;
  std::unique_ptr<persistence::drift_store> drifts;
  std::shared_ptr<const std::string> gauges_text;
  domain::instant gauges_at;

  gauges_reply gauges() {
    const auto now = engine->now();
    if (gauges_text && now >= gauges_at && now < gauges_at + good_for)
      return {gauges_text};
    const auto found = store->gauges(most_tenants);
    if (!found)
      return {refused(found.error())};
    gauges_text = std::make_shared<const std::string>(text_of(*found, *engine->offers, now));
    gauges_at = now;
    return {gauges_text};
  }

  figures_reply figures() {
    auto found = store->figures(engine->now());
    if (!found)
      return {refused(found.error())};
    return {std::make_shared<const domain::platform_figures>(*std::move(found))};
  }

  tenants_reply tenants(const list_tenants& question) {
    auto found = store->tenants(question.after, question.limit);
    if (!found)
      return {refused(found.error())};
    return {*std::move(found)};
  }

  drift_list_reply drift(const list_drift& question) {
    auto found = drifts->list(question.filter);
    if (!found)
      return {refused(found.error())};
    return {*std::move(found)};
  }

  recount_reply recount(const recount_tenant& question) {
    const auto found = store->sources_of(question.tenant);
    if (!found)
      return {refused(found.error())};
    domain::tenant_state fold;
    fold.id = question.tenant;
    for (const auto& each : found->events.events)
      domain::evolve(fold, each.event);
    recounted made;
    made.exists = fold.exists;
    made.seq = found->events.head;
    made.held = fold.held;
    made.differences = domain::recount(fold, found->rows, question.seen);
    return {std::move(made)};
  }
};

platform_reader_actor::behavior_type
platform(counted_pointer<platform_reader_actor, platform_state> self, engine_ptr engine,
         persistence::reader_settings settings) {
  self->count_as("platform_reader", engine->meters->mailboxes);
  self->state.engine = std::move(engine);
  self->state.drifts = std::make_unique<persistence::drift_store>(settings.dsn);
  self->state.store = std::make_unique<persistence::platform_reader>(std::move(settings));
  return {
      [self](read_gauges) { return self->state.gauges(); },
      [self](read_figures) { return self->state.figures(); },
      [self](const list_tenants& question) { return self->state.tenants(question); },
      [self](const recount_tenant& question) { return self->state.recount(question); },
      [self](const list_drift& question) { return self->state.drift(question); },
  };
}

} // namespace

platform_reader_actor spawn_platform_reader(caf::actor_system& system, engine_ptr engine,
                                            persistence::reader_settings settings) {
  return system.spawn<caf::detached>(platform, std::move(engine), std::move(settings));
}

} // namespace cloudpods::actors
