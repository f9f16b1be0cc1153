#include "actors/upkeep_store.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"

namespace cloudpods::actors {

namespace {

template <class T>
domain::expected<T> with_problem(persistence::stored<T> answer) {
  if (!answer)
    return std::unexpected{persistence::as_problem(answer.error())};
  return std::move(*answer);
}

struct store_state {
  std::unique_ptr<persistence::upkeep_store> store;
  std::unique_ptr<persistence::drift_store> drifts;

  domain::expected<std::optional<known_drift>> find(const std::string& id) {
    auto entry = drifts->find(id);
    if (!entry)
      return std::unexpected{persistence::as_problem(entry.error())};
    if (!*entry)
      return std::optional<known_drift>{};
    known_drift made{**std::move(entry), std::nullopt};
    if (made.entry.tenant && made.entry.pod) {
      auto pod = drifts->find_pod(domain::pod_id{*made.entry.pod});
      if (!pod)
        return std::unexpected{persistence::as_problem(pod.error())};
      if (*pod)
        made.pod = std::move((*pod)->record);
    }
    return std::optional{std::move(made)};
  }
};

upkeep_store_actor::behavior_type
upkeep_store(upkeep_store_actor::stateful_pointer<store_state> self, std::string dsn) {
  auto& store = self->state.store;
  self->state.drifts = std::make_unique<persistence::drift_store>(dsn);
  store = std::make_unique<persistence::upkeep_store>(std::move(dsn));
  return {
      [&store](const read_due& asked) {
        return due_reply{with_problem(store->due(asked.question))};
      },
      [&store](const read_watched& asked) {
        return watched_reply{with_problem(store->watched(asked.after, asked.limit))};
      },
      [&store](const note_checked& looked) {
        if (const auto done = store->note_checked(looked.pods, looked.at); !done)
          spdlog::warn("{}", log_line("health-not-noted", done.error().message));
      },
      [self](const read_compared& asked) {
        return compared_reply{with_problem(self->state.drifts->compared(asked.after, asked.limit))};
      },
      [self](read_told_of_nodes) {
        return told_of_nodes_reply{with_problem(self->state.drifts->told_of_nodes())};
      },
      [self](const read_drift& asked) { return drift_found_reply{self->state.find(asked.id)}; },
  };
}

} // namespace

upkeep_store_actor spawn_upkeep_store(caf::actor_system& system, std::string dsn) {
  return system.spawn<caf::detached>(upkeep_store, std::move(dsn));
}

} // namespace cloudpods::actors
