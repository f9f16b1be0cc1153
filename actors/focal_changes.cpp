#include <algorithm>

#include <caf/stateful_actor.hpp>

#include "actors/focal_life.hpp"

namespace cloudpods::actors {

using domain::problem_code;

namespace {

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

} // namespace

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

} // namespace cloudpods::actors
