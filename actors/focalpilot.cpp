#include "actors/focalpilot.hpp"

#include <algorithm>

#include <caf/stateful_actor.hpp>
#include <spdlog/spdlog.h>

#include "actors/counted_mailbox.hpp"
#include "actors/focal_life.hpp"
#include "actors/log_line.hpp"

namespace cloudpods::actors {

using domain::problem_code;

namespace {

constexpr std::chrono::seconds look_interval{1};
constexpr std::chrono::days kept_open{7};
constexpr std::chrono::hours budget_hour{1};
constexpr std::chrono::minutes rest_after_refusal{10};

recommendation_reply refusal(domain::problem why) { return {std::unexpected{std::move(why)}}; }

requester ourselves() {
  requester by;
  by.actor = {domain::actor_kind::system, "focalpilot"};
  return by;
}

void tell_nobody(const recommendation_reply&) {}

} // namespace

void focal_life::init(awake_focalpilot::pointer actor, engine_ptr engine, focalpilot_parts parts) {
  self_ = actor;
  engine_ = std::move(engine);
  parts_ = std::move(parts);
  store_.emplace(parts_.dsn);
  self_->delayed_send(self_, look_interval, look_around{});
}

void focal_life::look() {
  self_->delayed_send(self_, look_interval, look_around{});
  if (engine_->service->phase() != service_phase::serving || busy_ || !follow())
    return;
  expire_old();
  if (!parts_.watches)
    return;
  propose();
  apply_automatic();
  if (!reading_ && engine_->now() >= next_figures_)
    read_figures();
}

recommendations_reply focal_life::list(const list_recommendations& question) {
  auto found = store_->list({question.tenant, question.statuses, question.before, question.limit});
  if (!found)
    return {std::unexpected{persistence::as_problem(found.error())}};
  recommendation_page page;
  page.has_more = found->size() > static_cast<std::size_t>(question.limit);
  if (page.has_more)
    found->resize(static_cast<std::size_t>(question.limit));
  page.items = *std::move(found);
  return {std::move(page)};
}

recommendation_reply focal_life::show(const show_recommendation& question) {
  auto found = store_->find(question.id);
  if (!found)
    return refusal(persistence::as_problem(found.error()));
  if (!*found)
    return refusal({problem_code::not_found, "there is no such recommendation"});
  return {shown_recommendation{**std::move(found)}};
}

caf::result<recommendation_reply> focal_life::post(post_recommendation wish) {
  auto promise = self_->make_response_promise<recommendation_reply>();
  told tell = [promise](recommendation_reply reply) mutable { promise.deliver(std::move(reply)); };
  enqueue([this, wish = std::move(wish), tell] { open(wish.wish, wish.by, wish.key, tell); });
  return promise;
}

caf::result<recommendation_reply> focal_life::settle(settle_recommendation wish) {
  auto promise = self_->make_response_promise<recommendation_reply>();
  told tell = [promise](recommendation_reply reply) mutable { promise.deliver(std::move(reply)); };
  enqueue([this, wish = std::move(wish), tell] { begin(wish, false, tell); });
  return promise;
}

void focal_life::enqueue(std::function<void()> change) {
  changes_.push_back(std::move(change));
  next();
}

void focal_life::next() {
  if (busy_ || changes_.empty())
    return;
  busy_ = true;
  const auto change = std::move(changes_.front());
  changes_.pop_front();
  change();
}

void focal_life::done() {
  busy_ = false;
  next();
}

/// Folds all that is in the log by now; false where the store cannot be read.
bool focal_life::follow() {
  if (!loaded_) {
    const auto from = store_->seq_before(engine_->now() - domain::failures_remembered);
    auto standing = store_->open();
    if (!from || !standing)
      return false;
    seq_ = *from;
    for (auto& each : *standing)
      open_.add(std::move(each));
    loaded_ = true;
  }
  for (;;) {
    const auto news = store_->follow(seq_);
    if (!news) {
      spdlog::warn("{}", log_line("focalpilot-not-read", news.error().message));
      return false;
    }
    for (const auto& each : news->facts)
      if (const auto* failure = std::get_if<domain::job_failure>(&each))
        failures_.fold(*failure);
      else
        fold(std::get<domain::event>(each));
    seq_ = news->looked_up_to;
    if (seq_ >= news->head)
      break;
  }
  failures_.forget_before(engine_->now() - domain::failures_remembered);
  return true;
}

void focal_life::fold(const domain::event& fact) {
  open_.fold(fact);
  failures_.fold(fact);
  const auto* applied = std::get_if<domain::recommendation_applied>(&fact.payload);
  if (applied != nullptr && applied->automatic)
    automatic_.emplace_back(fact.at, applied->subject);
  if (applied != nullptr)
    resting_.erase(applied->recommendation);
}

void focal_life::propose() {
  for (auto& each : failures_.wishes(open_))
    propose(std::move(each));
}

void focal_life::propose(domain::recommendation_wish wish) {
  enqueue([this, wish = std::move(wish)] {
    open(wish, ourselves(), std::nullopt, [wish](const recommendation_reply& reply) {
      if (reply.value && !reply.value->existing)
        spdlog::info("{}", log_line("recommendation-opened", wish.issue,
                                    {{"tenantId", wish.about.tenant.value},
                                     {"podId", wish.about.pod.value},
                                     {"recommendationId", reply.value->it.id},
                                     {"rule", wish.rule}}));
    });
  });
}

void focal_life::expire(const std::string& id, const std::string& reason) {
  enqueue([this, id, reason] {
    const auto* it = open_.find(id);
    if (it == nullptr)
      return done();
    append(domain::expire_recommendation(*it, reason), ourselves(), std::nullopt, id, 200,
           tell_nobody);
  });
}

void focal_life::expire_old() {
  std::vector<std::string> old;
  for (const auto& [id, each] : open_.all())
    if (each.created_at + kept_open <= engine_->now())
      old.push_back(id);
  for (const auto& each : old)
    expire(each, "Nobody took it up within seven days");
}

/// At most one for each subject, and so many in all, within an hour: what does not help must not
/// go on for ever. Both are counted by the log.
void focal_life::apply_automatic() {
  const auto now = engine_->now();
  while (!automatic_.empty() && automatic_.front().first + budget_hour <= now)
    automatic_.pop_front();
  std::erase_if(resting_, [&](const auto& each) { return each.second <= now; });
  if (busy_ || automatic_.size() >= most_automatic)
    return;
  for (const auto& [id, each] : open_.all()) {
    const bool is_allowed =
        std::ranges::all_of(
            each.actions,
            [&](const auto& action) { return parts_.automatic.contains(action.type); }) &&
        !resting_.contains(id) &&
        std::ranges::find(automatic_, each.subject,
                          &std::pair<domain::instant, std::string>::second) == automatic_.end();
    if (!is_allowed)
      continue;
    resting_[id] = now + rest_after_refusal;
    settle_recommendation wish;
    wish.id = id;
    wish.applies = true;
    wish.by = ourselves();
    enqueue([this, wish] {
      begin(wish, true, [wish](const recommendation_reply& reply) {
        spdlog::info("{}", log_line("recommendation-automatic",
                                    reply.value ? "applied" : reply.value.error().message,
                                    {{"recommendationId", wish.id}}));
      });
    });
    return; // the budget is counted anew with the next look
  }
}

namespace {

awake_focalpilot::behavior_type focalpilot(counted_pointer<awake_focalpilot, focal_life> self,
                                           engine_ptr engine, focalpilot_parts parts) {
  self->count_as("focalpilot", engine->meters->mailboxes);
  auto& life = self->state;
  life.init(self, std::move(engine), std::move(parts));
  return {
      [&life](const list_recommendations& question) { return life.list(question); },
      [&life](const show_recommendation& question) { return life.show(question); },
      [&life](post_recommendation& wish) { return life.post(std::move(wish)); },
      [&life](settle_recommendation& wish) { return life.settle(std::move(wish)); },
      [&life](const note_refusals& news) { life.note(news); },
      [&life](look_around) { life.look(); },
  };
}

} // namespace

focalpilot_actor spawn_focalpilot(caf::actor_system& system, engine_ptr engine,
                                  focalpilot_parts parts) {
  return caf::actor_cast<focalpilot_actor>(
      system.spawn<caf::detached>(focalpilot, std::move(engine), std::move(parts)));
}

} // namespace cloudpods::actors
