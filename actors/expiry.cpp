#include "actors/expiry.hpp"

#include <caf/event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "persistence/maintenance.hpp"

namespace cloudpods::actors {

/// To itself: it is time for the next piece.
struct expire_next {};

} // namespace cloudpods::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cloudpods::actors::expire_next)

namespace cloudpods::actors {

namespace {

constexpr int jobs_at_once = 1000;
constexpr std::chrono::seconds after_piece{1};
constexpr std::chrono::minutes after_fault{1};
constexpr std::chrono::hours after_all{1};

std::chrono::seconds expire(const engine& engine, const std::string& dsn,
                            std::chrono::days retention) {
  const auto gone = persistence::expire_jobs(dsn, engine.now() - retention, jobs_at_once);
  if (!gone) {
    spdlog::warn("{}", log_line("expiry-failed", gone.error().message));
    return after_fault;
  }
  if (*gone == 0)
    return after_all;
  spdlog::debug("{}", log_line("jobs-expired", std::to_string(*gone)));
  return after_piece;
}

caf::behavior expiry(caf::event_based_actor* self, const engine_ptr& engine, const std::string& dsn,
                     std::chrono::days retention) {
  self->delayed_send(self, after_fault, expire_next{});
  return {
      [=](expire_next) {
        self->delayed_send(self, expire(*engine, dsn, retention), expire_next{});
      },
  };
}

} // namespace

caf::actor spawn_expiry(caf::actor_system& system, engine_ptr engine, std::string dsn,
                        std::chrono::days retention) {
  return system.spawn<caf::detached>(expiry, std::move(engine), std::move(dsn), retention);
}

} // namespace cloudpods::actors
