#include "actors/backup_schedule.hpp"

#include <deque>

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/log_line.hpp"
#include "domain/backup_schedule.hpp"

namespace cloudpods::actors {

namespace {

/// A tenant that saw no need is not asked again at once: it may have been woken for that.
constexpr std::chrono::minutes rest_after_refusal{10};

std::vector<persistence::upkeep_rule> rules_of_plans(const domain::catalogue& offers) {
  std::vector<persistence::upkeep_rule> rules;
  for (const auto& each : offers.plans)
    if (const auto* policy = domain::policy_of(&each, nullptr, offers))
      rules.push_back({each.code.value, policy->every_hours, policy->keep_days});
  return rules;
}

std::vector<persistence::upkeep_rule> rules_of_tiers(const domain::catalogue& offers) {
  std::vector<persistence::upkeep_rule> rules;
  for (const auto& each : offers.tenant_plans)
    if (const auto* policy = domain::policy_of(nullptr, &each, offers))
      rules.push_back({each.id, policy->every_hours, policy->keep_days});
  return rules;
}

class schedule_life {
public:
  void init(clockwork_actor::pointer actor, engine_ptr engine, handles_ptr handles,
            upkeep_store_actor store, directory_actor directory, std::chrono::seconds tick) {
    self_ = actor;
    engine_ = std::move(engine);
    handles_ = std::move(handles);
    store_ = std::move(store);
    directory_ = std::move(directory);
    tick_ = tick;
    self_->delayed_send(self_, tick_, look_around{});
  }

  void look() {
    self_->delayed_send(self_, tick_, look_around{});
    if (busy_ || engine_->service->phase() != service_phase::serving)
      return;
    busy_ = true;
    self_->request(store_, answer_certain, read_due{question()})
        .then(
            [this](due_reply& answer) {
              if (answer.value) {
                due_.assign(std::make_move_iterator(answer.value->begin()),
                            std::make_move_iterator(answer.value->end()));
              } else {
                spdlog::warn("{}",
                             log_line("backups-not-looked-for", answer.value.error().message));
              }
              next();
            },
            [this](const caf::error&) { busy_ = false; });
  }

private:
  persistence::upkeep_question question() {
    std::erase_if(resting_, [&](const auto& each) { return each.second <= engine_->now(); });
    persistence::upkeep_question asked;
    asked.now = engine_->now();
    asked.plans = rules_of_plans(*engine_->offers);
    asked.tenant_plans = rules_of_tiers(*engine_->offers);
    asked.days_without_policy = domain::days_after_end(nullptr);
    asked.failed_before = asked.now - domain::pause_after_failure;
    for (const auto& [name, node] : handles_->nodes)
      asked.nodes.push_back(name);
    for (const auto& [pod, until] : resting_)
      asked.besides.push_back(pod);
    return asked;
  }

  [[nodiscard]] bool is_due(const persistence::due_pod& each) const {
    domain::backup_policy policy;
    policy.every_hours = each.every_hours;
    return each.removal ||
           engine_->now() >= domain::next_backup_at(each.pod, each.last_good, policy);
  }

  /// One after the other: a tick wakes no crowd of tenants at once.
  void next() {
    while (!due_.empty() && !is_due(due_.front()))
      due_.pop_front();
    if (due_.empty()) {
      busy_ = false;
      return;
    }
    const auto now = std::move(due_.front());
    due_.pop_front();
    self_->request(directory_, tenant_patience, find_tenant{now.tenant})
        .then(
            [this, now](const tenant_reply& found) {
              if (found.value)
                order(*found.value, now);
              else
                leave(now);
            },
            [this, now](const caf::error&) { leave(now); });
  }

  void order(const tenant_actor& tenant, const persistence::due_pod& what) {
    requester by;
    by.actor = {domain::actor_kind::system, "cloudpodsd"};
    self_->request(tenant, tenant_patience, keep_backups{what.pod, std::move(by)})
        .then(
            [this, what](const command_reply& reply) {
              if (!reply.value)
                return leave(what);
              tell(what, *reply.value);
              next();
            },
            [this, what](const caf::error&) { leave(what); });
  }

  /// Its place among those that are due is another's for a while.
  void leave(const persistence::due_pod& what) {
    resting_[what.pod] = engine_->now() + rest_after_refusal;
    next();
  }

  static void tell(const persistence::due_pod& what, const accepted& done) {
    spdlog::info("{}", log_line(what.removal ? "backups-to-remove" : "backup-due", {},
                                {{"tenantId", what.tenant.value},
                                 {"podId", what.pod.value},
                                 {"jobId", done.job ? done.job->id.value : std::string{}}}));
  }

  clockwork_actor::pointer self_ = nullptr;
  engine_ptr engine_;
  handles_ptr handles_;
  upkeep_store_actor store_;
  directory_actor directory_;
  std::chrono::seconds tick_{60};
  bool busy_ = false; ///< with what the last tick found
  std::deque<persistence::due_pod> due_;
  std::map<domain::pod_id, domain::instant> resting_;
};

clockwork_actor::behavior_type
backup_schedule(clockwork_actor::stateful_pointer<schedule_life> self, engine_ptr engine,
                handles_ptr handles, upkeep_store_actor store, directory_actor directory,
                std::chrono::seconds tick) {
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(handles), std::move(store), std::move(directory),
            tick);
  return {[&life](look_around) { life.look(); }};
}

} // namespace

clockwork_actor spawn_backup_schedule(caf::actor_system& system, engine_ptr engine,
                                      handles_ptr handles, upkeep_store_actor store,
                                      directory_actor directory, std::chrono::seconds tick) {
  return system.spawn(backup_schedule, std::move(engine), std::move(handles), std::move(store),
                      std::move(directory), tick);
}

} // namespace cloudpods::actors
