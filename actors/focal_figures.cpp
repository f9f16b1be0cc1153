#include <caf/stateful_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/focal_life.hpp"
#include "actors/log_line.hpp"
#include "domain/backup_schedule.hpp"

namespace cloudpods::actors {

namespace {

constexpr std::chrono::minutes figures_interval{1};
constexpr std::chrono::seconds node_patience{30};
constexpr std::chrono::hours refusals_within{1};
constexpr std::int64_t refusals_that_count = 20;
constexpr std::size_t most_refused_tenants = 1000;

using domain::open_recommendations;

open_recommendations::key key_of(const domain::recommendation_wish& wish) {
  return {wish.rule, wish.about.subject()};
}

std::vector<persistence::upkeep_rule> rules_of(const domain::catalogue& offers, bool of_plans) {
  std::vector<persistence::upkeep_rule> rules;
  const auto note = [&](const std::string& name, const domain::backup_policy* policy) {
    if (policy != nullptr)
      rules.push_back({name, policy->every_hours, policy->keep_days});
  };
  if (of_plans)
    for (const auto& each : offers.plans)
      note(each.code.value, domain::policy_of(&each, nullptr, offers));
  else
    for (const auto& each : offers.tenant_plans)
      note(each.id, domain::policy_of(nullptr, &each, offers));
  return rules;
}

} // namespace

/// Each node tells how it does, and one of each cluster how its guests do.
void focal_life::read_figures() {
  next_figures_ = engine_->now() + figures_interval;
  reading_.emplace();
  reading_->open = 1;
  for (const auto& [name, node] : parts_.handles->nodes)
    read_node(name, node);
  read_guests(parts_.handles->nodes.begin());
}

void focal_life::read_node(const domain::node_name& name, const node_actor& node) {
  ++reading_->open;
  self_->request(node, node_patience, show_node{})
      .then(
          [this, name](const node_reply& reply) {
            const bool answers = reply.value && reply.value->reachable && reply.value->capacity;
            const auto how = answers ? domain::overload_of(*reply.value->capacity) : std::string{};
            if (answers) {
              reading_->answered.insert(name);
              auto& looks = overloaded_[name];
              looks = how.empty() ? 0 : looks + 1;
              if (looks >= domain::looks_that_count) {
                auto wish = domain::judge_overload(name, how);
                reading_->found.emplace(key_of(wish), std::move(wish));
              }
            }
            judge_figures();
          },
          [this](const caf::error&) { judge_figures(); });
}

void focal_life::read_guests(std::map<domain::node_name, node_actor>::const_iterator at) {
  const auto& nodes = parts_.handles->nodes;
  while (at != nodes.end() && reading_->covered.contains(at->first))
    ++at;
  if (at == nodes.end())
    return judge_figures();
  self_->request(at->second, node_patience, show_guests{})
      .then(
          [this, at](const guests_reply& reply) {
            if (reply.value)
              for (const auto& each : (*reply.value)->guests) {
                reading_->covered.insert(domain::node_name{each.node});
                if (auto load = domain::load_of(each))
                  reading_->loads.push_back(*std::move(load));
              }
            reading_->covered.insert(at->first);
            read_guests(std::next(at));
          },
          [this, at](const caf::error&) { read_guests(std::next(at)); });
}

/// With the last answer: what was found is proposed, what has passed expires.
void focal_life::judge_figures() {
  if (--reading_->open > 0)
    return;
  const bool is_whole = judge_pods();
  const auto seen = *std::exchange(reading_, std::nullopt);
  judge_refused();
  for (const auto& [key, wish] : seen.found)
    if (open_.find(key.first, key.second) == nullptr)
      propose(wish);
  if (!is_whole)
    return;
  for (const auto& [id, each] : open_.all()) {
    const bool is_known = !each.about.node || seen.answered.contains(*each.about.node);
    // One that an outside FocalPilot posted under such a name is its own.
    if (domain::is_watched(each.rule) && is_known &&
        !seen.found.contains({each.rule, each.subject}))
      expire(id, "It has passed");
  }
  if (const auto gone = store_->about_deleted())
    for (const auto& each : *gone)
      expire(each, "The pod is deleted");
}

bool focal_life::judge_pods() {
  const auto now = engine_->now();
  const auto note = [&](domain::recommendation_wish wish) {
    reading_->found.emplace(key_of(wish), std::move(wish));
  };
  const auto noted = store_->note_loads(reading_->loads, now);
  const auto loaded = store_->loaded(now);
  const auto overdue =
      store_->overdue(rules_of(*engine_->offers, true), rules_of(*engine_->offers, false), now);
  const auto unhealthy = store_->unhealthy(parts_.health_interval);
  if (!noted || !loaded || !overdue || !unhealthy) {
    const auto& why = !noted     ? noted.error()
                      : !loaded  ? loaded.error()
                      : !overdue ? overdue.error()
                                 : unhealthy.error();
    spdlog::warn("{}", log_line("focalpilot-not-read", why.message));
    return false;
  }
  for (const auto& each : *loaded)
    if (auto wish = domain::judge_load(each))
      note(*std::move(wish));
  for (const auto& each : *overdue)
    note(domain::judge_overdue(each));
  if (parts_.health_interval.count() > 0)
    for (const auto& each : *unhealthy)
      note(domain::judge_unhealthy(each));
  return true;
}

void focal_life::note(const note_refusals& news) {
  if (!refused_.contains(news.tenant) && refused_.size() >= most_refused_tenants)
    return;
  refused_[news.tenant].emplace_back(engine_->now(), news.count);
}

/// Refusals stand in no log: they are counted while the daemon runs.
void focal_life::judge_refused() {
  const auto then = engine_->now() - refusals_within;
  for (auto it = refused_.begin(); it != refused_.end();) {
    auto& [tenant, times] = *it;
    while (!times.empty() && times.front().first < then)
      times.pop_front();
    std::int64_t sum = 0;
    for (const auto& [at, count] : times)
      sum += count;
    if (sum >= refusals_that_count) {
      propose(domain::judge_refusals(tenant, sum));
      times.clear();
    }
    it = times.empty() ? refused_.erase(it) : std::next(it);
  }
}

} // namespace cloudpods::actors
