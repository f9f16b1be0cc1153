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
};

upkeep_store_actor::behavior_type
upkeep_store(upkeep_store_actor::stateful_pointer<store_state> self, std::string dsn) {
  auto& store = self->state.store;
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
  };
}

} // namespace

upkeep_store_actor spawn_upkeep_store(caf::actor_system& system, std::string dsn) {
  return system.spawn<caf::detached>(upkeep_store, std::move(dsn));
}

} // namespace cloudpods::actors
