#include "actors/fake_reader.hpp"

#include <set>

#include <caf/typed_event_based_actor.hpp>

namespace cloudpods::actors::tests {

loaded_tenant past_of(const log_book& book, const domain::tenant_id& tenant) {
  loaded_tenant past;
  past.head = book.head();
  for (const auto& each : book.events)
    if (each.tenant == tenant)
      past.events.push_back(each);
  for (const auto& each : book.answers)
    if (each.entry.tenant == tenant)
      past.answers.push_back(each);
  return past;
}

namespace {

persistence::open_tenants tenants_with_work(const log_book& book) {
  std::set<domain::tenant_id> all;
  for (const auto& each : book.events)
    all.insert(each.tenant);
  persistence::open_tenants open;
  for (const auto& each : all) {
    domain::tenant_state state;
    state.id = each;
    for (const auto& fact : past_of(book, each).events)
      domain::evolve(state, fact);
    for (const auto& [id, record] : state.pods)
      if (record->has_work()) {
        open.begun.push_back(each);
        break;
      }
  }
  return open;
}

pod_at_reply pod_at(const log_book& book, const read_pod_at& question) {
  auto record = std::make_shared<domain::pod_record>();
  for (const auto& each : book.events)
    if (each.seq <= question.seq && each.stream == domain::pod_stream(question.pod))
      domain::evolve(*record, each);
  return {std::move(record)};
}

std::unexpected<domain::problem> away() {
  return domain::refused(domain::problem_code::store_unavailable, "The store is away.");
}

fake_reader_actor::behavior_type fake_reader(fake_reader_actor::pointer self,
                                             std::shared_ptr<log_book> book,
                                             std::shared_ptr<reader_script> script) {
  return {
      [](const find_owner&) { return owner_reply{std::nullopt}; },
      [](read_events&) { return events_reply{frame_page{}}; },
      [](const read_checked&) { return checked_reply{std::nullopt}; },
      [=](const load_tenant& question) -> caf::result<load_reply> {
        ++script->loads;
        if (script->failing > 0) {
          --script->failing;
          return load_reply{away()};
        }
        if (!script->mute)
          return load_reply{past_of(*book, question.tenant)};
        auto promise = self->make_response_promise<load_reply>();
        script->waiting.emplace_back(question, promise);
        return promise;
      },
      [=](const read_pod_at& question) { return pod_at(*book, question); },
      [=](const read_deployment_at& question) {
        domain::tenant_state then;
        then.id = question.tenant;
        for (const auto& each : past_of(*book, question.tenant).events)
          if (each.seq <= question.seq)
            domain::evolve(then, each);
        return deployment_at_reply{
            accepted_stack{then.find(question.deployment), then.jobs.at(question.job), true}};
      },
      [](load_blueprints) { return blueprints_reply{std::vector<domain::stack_blueprint>{}}; },
      [=](list_open_tenants) {
        if (script->failing_lists > 0) {
          --script->failing_lists;
          return open_tenants_reply{away()};
        }
        return open_tenants_reply{script->open ? *script->open : tenants_with_work(*book)};
      },
      [=](const read_ended& question) {
        ended_reply reply;
        for (const auto& each : question.items)
          if (script->ended.contains(each))
            reply.value->push_back(each);
        return reply;
      },
      [=](const read_secret& question) {
        const auto found = book->secrets.find(question.pod);
        if (found == book->secrets.end())
          return secret_reply{std::nullopt};
        return secret_reply{std::optional{found->second}};
      },
      [=](flush_log) {
        for (auto& [question, promise] : std::exchange(script->waiting, {}))
          promise.deliver(
              load_reply{script->past ? *script->past : past_of(*book, question.tenant)});
      },
  };
}

} // namespace

fake_reader_actor spawn_fake_reader(caf::actor_system& system, std::shared_ptr<log_book> book,
                                    std::shared_ptr<reader_script> script) {
  return system.spawn(fake_reader, std::move(book), std::move(script));
}

} // namespace cloudpods::actors::tests
