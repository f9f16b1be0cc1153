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

recommendation_reply refusal(const persistence::fault& why) {
  return refusal(persistence::as_problem(why));
}

/// Whose keys these are: a tenant's, or (no tenant can be called so) a user's.
std::string key_owner(const domain::advised_thing& about, const requester& by) {
  return about.tenant.empty() ? "user/" + by.actor.id : about.tenant.value;
}

std::optional<persistence::idempotency_entry>
kept_answer(const std::string& owner, const std::optional<idempotency>& key, int status) {
  if (!key)
    return std::nullopt;
  return persistence::idempotency_entry{
      domain::tenant_id{owner}, key->key, key->request_hash, status, {}, {}};
}

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
    return refusal(found.error());
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

/// True where the key was used: the answer is given again, or the key is refused. `id` is empty
/// where the request opened one.
bool focal_life::answered_before(const std::string& owner, const std::optional<idempotency>& key,
                                 const std::string& id, const told& tell) {
  if (!key)
    return false;
  const auto known = store_->answer(owner, key->key, engine_->now());
  if (known && !*known)
    return false;
  if (!known) {
    tell(refusal(known.error()));
  } else if ((*known)->entry.request_hash != key->request_hash) {
    tell(refusal({problem_code::idempotency_key_reused,
                  "The Idempotency-Key was used for another request."}));
  } else {
    auto found = id.empty() ? store_->opened_by((*known)->seq) : store_->find(id);
    if (!found || !*found) {
      tell(refusal({problem_code::store_unavailable, "The answer is not to be had."}));
    } else {
      shown_recommendation again{**std::move(found), (*known)->entry.status, false, true};
      if (id.empty()) { // as it was then
        again.it.status = domain::recommendation_status::open;
        again.it.jobs.clear();
        again.it.reason.clear();
        again.it.automatic = false;
        again.it.updated_at = again.it.created_at;
      }
      tell({std::move(again)});
    }
  }
  done();
  return true;
}

void focal_life::open(const domain::recommendation_wish& wish, const requester& by,
                      const std::optional<idempotency>& key, const told& tell) {
  const auto owner = key_owner(wish.about, by);
  if (answered_before(owner, key, {}, tell))
    return;
  if (!follow()) {
    tell(refusal({problem_code::store_unavailable, "The store is away."}));
    return done();
  }
  if (const auto* standing = open_.find(wish.rule, wish.about.subject())) {
    shown_recommendation shown{*standing};
    shown.existing = true;
    tell({std::move(shown)});
    return done();
  }
  if (open_.all().size() >= most_open_recommendations) {
    tell(refusal({problem_code::overloaded, "Too many recommendations are open."}));
    return done();
  }
  const auto id = engine_->new_id("rec-");
  append(domain::open_recommendation(wish, id), by, kept_answer(owner, key, 201), id, 201, tell);
}

void focal_life::begin(const settle_recommendation& wish, bool automatic, const told& tell) {
  const auto found = store_->find(wish.id);
  if (!found || !*found) {
    tell(found ? refusal({problem_code::not_found, "there is no such recommendation"})
               : refusal(found.error()));
    return done();
  }
  const auto& it = **found;
  const auto owner = key_owner(it.about, wish.by);
  if (answered_before(owner, wish.key, wish.id, tell))
    return;
  if (auto is_open = domain::check_open(it); !is_open) {
    tell(refusal(std::move(is_open).error()));
    return done();
  }
  if (!wish.applies)
    append(domain::dismiss_recommendation(it, wish.reason), wish.by,
           kept_answer(owner, wish.key, 200), it.id, 200, tell);
  else if (it.about.tenant.empty())
    drain(it, wish, automatic, tell);
  else
    apply(it, wish, automatic, tell);
}

void focal_life::apply(const domain::recommendation& it, const settle_recommendation& wish,
                       bool automatic, const told& tell) {
  take_advice advice;
  advice.what = it;
  advice.how = {wish.user, automatic};
  advice.by = wish.by;
  advice.key = wish.key;
  const auto lost = [this, tell](const caf::error&) {
    tell(refusal({problem_code::store_unavailable, "The tenant could not be asked."}));
    done();
  };
  self_->request(parts_.directory, tenant_patience, find_tenant{it.about.tenant})
      .then(
          [this, advice = std::move(advice), tell, lost](const tenant_reply& tenant) {
            if (!tenant.value) {
              tell(refusal(tenant.value.error()));
              return done();
            }
            self_->request(*tenant.value, answer_certain, advice)
                .then(
                    [this, tell, id = advice.what.id](const advice_reply& reply) {
                      if (!reply.value) {
                        tell(refusal(reply.value.error()));
                        return done();
                      }
                      settled(id, reply.value->empty() ? 200 : 202, tell);
                    },
                    lost);
          },
          lost);
}

/// To drain a node that is drained changes nothing: it may be done again after a crash.
void focal_life::drain(const domain::recommendation& it, const settle_recommendation& wish,
                       bool automatic, const told& tell) {
  const auto node =
      it.about.node ? parts_.handles->nodes.find(*it.about.node) : parts_.handles->nodes.end();
  if (node == parts_.handles->nodes.end()) {
    tell(refusal({problem_code::invalid_state, "The node is not configured."}));
    return done();
  }
  const bool drains = std::ranges::any_of(
      it.actions, [](const auto& each) { return each.type == domain::advice::drain_node; });
  auto applied = domain::apply_recommendation(it, {}, automatic);
  auto answer = kept_answer(key_owner(it.about, wish.by), wish.key, 200);
  if (!drains)
    return append(std::move(applied), wish.by, std::move(answer), it.id, 200, tell);
  self_->request(node->second, answer_certain, set_drained{true, wish.by})
      .then(
          [this, applied = std::move(applied), answer = std::move(answer), by = wish.by, id = it.id,
           tell](const node_reply& reply) {
            if (reply.value)
              return append(applied, by, answer, id, 200, tell);
            tell(refusal(reply.value.error()));
            done();
          },
          [this, tell](const caf::error&) {
            tell(refusal({problem_code::store_unavailable, "The node could not be asked."}));
            done();
          });
}

void focal_life::append(domain::new_event fact, const requester& by,
                        std::optional<persistence::idempotency_entry> answer, const std::string& id,
                        int status, const told& tell) {
  append_events request;
  request.is_request = true;
  request.what.actor = by.actor;
  request.what.request = by.request;
  request.what.idempotency = std::move(answer);
  request.what.events.push_back(std::move(fact));
  self_->request(parts_.handles->log, answer_certain, std::move(request))
      .then(
          [this, id, status, tell](const append_reply& reply) {
            if (reply.last_seq)
              return settled(id, status, tell);
            tell(refusal(reply.last_seq.error()));
            done();
          },
          [this, tell](const caf::error&) {
            tell(refusal({problem_code::store_unavailable, "The outcome is not known."}));
            done();
          });
}

/// It is durable: the log tells it to the fold, and its row is the answer.
void focal_life::settled(const std::string& id, int status, const told& tell) {
  follow();
  auto found = store_->find(id);
  if (found && *found) {
    tell({shown_recommendation{**std::move(found), status}});
  } else {
    domain::problem unknown{problem_code::store_unavailable, "The store is away."};
    unknown.outcome_unknown = true;
    tell(refusal(std::move(unknown)));
  }
  done();
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
