#include "http/handlers.hpp"
#include "http/pod_target.hpp"
#include "http/query_reader.hpp"
#include "wire/action_json.hpp"
#include "wire/recommendation_json.hpp"

namespace cloudpods::http {

using domain::advice;
using domain::problem_code;

namespace {

constexpr std::string_view thing = "recommendation";
constexpr std::string_view recommendations_scope = "recommendations";

/// The right to what an action does: it is judged as if the caller had asked for it itself.
action right_to(advice type) {
  switch (type) {
  case advice::scale_up:
  case advice::scale_down:
    return action::scale;
  case advice::run_backup:
    return action::backup;
  case advice::run_health_check:
  case advice::notify_tenant:
    return action::read;
  case advice::flag_tenant:
    return action::recommend;
  case advice::drain_node:
    break;
  }
  return action::operate;
}

/// Operators and FocalPilot settle any; of a tenant its owner and admins, or who has the keys to
/// order pods and for all that it does (contract 16). Whom a node's drain is not given may not have
/// it applied either.
domain::expected<void> may_settle(const caller& who, const domain::recommendation& it, bool applies,
                                  bool member_may_act) {
  if (auto allowed = may(who, action::settle, member_may_act); !allowed) {
    if (!who.granted)
      return allowed;
    if (auto orders = may(who, action::order, member_may_act); !orders)
      return orders;
  }
  if (who.platform_admin || (who.focalpilot && !applies))
    return {};
  for (const auto& each : it.actions) {
    if (who.focalpilot && each.type != advice::drain_node)
      continue;
    if (!applies && !who.granted && each.type == advice::flag_tenant)
      continue;
    if (auto allowed = may(who, right_to(each.type), member_may_act); !allowed)
      return allowed;
  }
  return {};
}

api::awaited<domain::recommendation> find(api& all, const exchange& with) {
  if (!with.parameters[0].starts_with("rec-"))
    co_return not_found(thing);
  actors::show_recommendation question{std::string{with.parameters[0]}};
  auto found = co_await all.ask_focalpilot(std::move(question), false);
  if (!found && found.error().code == problem_code::not_found)
    co_return not_found(thing);
  if (!found)
    co_return std::unexpected(std::move(found).error());
  const auto& who = *with.who;
  if (!who.sees_all_tenants() && (!who.tenant || *who.tenant != found->it.about.tenant))
    co_return not_found(thing);
  co_return std::move(found->it);
}

response answer_of(const exchange& with, const actors::shown_recommendation& shown) {
  response answer{static_cast<unsigned>(shown.status), wire::recommendation_json(shown.it)};
  if (!shown.it.jobs.empty()) {
    const std::string family = with.where.segments().front() == "api" ? "/api" : "";
    answer.set("Location", family + "/internal/jobs/" + shown.it.jobs.front().value);
  }
  if (shown.existing)
    answer.set("X-Existing", "true");
  if (shown.replayed)
    answer.set("Idempotency-Replayed", "true");
  return answer;
}

/// Whose recommendations a list holds: a tenant's token sees its own.
domain::expected<std::optional<domain::tenant_id>> wanted_tenant(const exchange& with) {
  if (!with.who->sees_all_tenants()) {
    auto own = tenant_of(with);
    if (!own)
      return std::unexpected(std::move(own).error());
    return *std::move(own);
  }
  const auto in_query = tenant_in_query(with);
  if (!in_query && !with.asked.tenant_id)
    return std::nullopt;
  auto named = tenant_of(with, in_query);
  if (!named)
    return std::unexpected(std::move(named).error());
  return *std::move(named);
}

/// The tenant and the pod that a posted one is about; they must be there.
api::awaited<domain::advised_thing> find_subject(api& all, const exchange& with,
                                                 const std::optional<std::string>& tenant,
                                                 const wire::posted_recommendation& posted) {
  domain::advised_thing about;
  if (posted.node) {
    actors::show_node question;
    const auto node = co_await all.ask_node(posted.node->value, question, false);
    if (!node)
      co_return std::unexpected(node.error());
    about.node = posted.node;
    co_return about;
  }
  if (!posted.guest) {
    about.tenant.value = tenant.value_or(std::string{});
    actors::show_tenant question;
    const auto known = co_await all.ask_tenant(about.tenant, question);
    if (!known)
      co_return std::unexpected(known.error());
    if (!known->value || !known->value->exists)
      co_return not_found("tenant");
    co_return about;
  }
  auto owner = co_await all.owner_of(with, *posted.guest, "pod");
  if (!owner)
    co_return std::unexpected(std::move(owner).error());
  pod_target at{*posted.guest, *owner};
  const auto pod = co_await look_up(all, std::move(at));
  if (!pod)
    co_return std::unexpected(pod.error());
  if (auto own = check_owner(with, *owner, tenant); !own)
    co_return std::unexpected(std::move(own).error());
  about = {*owner, (*pod)->pod.id, posted.guest, std::nullopt};
  co_return about;
}

handled settle(api& all, exchange& with, bool applies) {
  auto body = wire::decode_reason(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  if (auto allowed = check_named_tenant(*with.who, body->tenant); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  auto it = co_await find(all, with);
  if (!it)
    co_return std::unexpected(std::move(it).error());
  const bool member_may_act = all.common().settings.auth.member_may_act;
  if (auto allowed = may_settle(*with.who, *it, applies, member_may_act); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  if (auto own = check_owner(with, it->about.tenant, body->tenant); !own)
    co_return std::unexpected(std::move(own).error());
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  auto key = idempotency_of(with);
  if (!key)
    co_return std::unexpected(std::move(key).error());
  actors::settle_recommendation wish;
  wish.id = it->id;
  wish.applies = applies;
  wish.reason = *std::move(body->command);
  wish.user = with.who->user;
  wish.by = with.requester();
  wish.key = *std::move(key);
  auto done = co_await all.ask_focalpilot(std::move(wish), true);
  if (!done)
    co_return std::unexpected(std::move(done).error());
  co_return answer_of(with, *done);
}

} // namespace

handled list_recommendations(api& all, exchange& with) {
  auto tenant = wanted_tenant(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  query_reader query{with.where};
  actors::list_recommendations wanted;
  wanted.tenant = *std::move(tenant);
  wanted.limit = static_cast<int>(query.limit());
  wanted.statuses = query.words<domain::recommendation_status>("status");
  wanted.before = query.cursor(all.common().cursors, recommendations_scope);
  if (auto sound = query.finish(); !sound)
    co_return std::unexpected(std::move(sound).error());
  const auto page = co_await all.ask_focalpilot(std::move(wanted), false);
  if (!page)
    co_return std::unexpected(page.error());
  wire::json_writer out{page->items.size() * 768 + 128};
  out.begin_object().key("items").begin_array();
  for (const auto& each : page->items)
    wire::write_recommendation(out, each);
  out.end_array().key("nextCursor");
  if (page->has_more && !page->items.empty())
    out.value(all.common().cursors.seal(recommendations_scope, page->items.back().id));
  else
    out.value(nullptr);
  out.end_object();
  co_return response{200, out.take()};
}

handled post_recommendation(api& all, exchange& with) {
  auto body = wire::decode_recommendation(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  auto key = idempotency_of(with);
  if (!key)
    co_return std::unexpected(std::move(key).error());
  auto about = co_await find_subject(all, with, body->tenant, *body->command);
  if (!about)
    co_return std::unexpected(std::move(about).error());
  actors::post_recommendation wish;
  wish.wish = std::move(body->command->wish);
  wish.wish.about = *std::move(about);
  wish.by = with.requester();
  wish.key = *std::move(key);
  auto done = co_await all.ask_focalpilot(std::move(wish), true);
  if (!done)
    co_return std::unexpected(std::move(done).error());
  co_return answer_of(with, *done);
}

handled apply_recommendation(api& all, exchange& with) {
  auto answer = co_await settle(all, with, true);
  co_return answer;
}

handled dismiss_recommendation(api& all, exchange& with) {
  auto answer = co_await settle(all, with, false);
  co_return answer;
}

} // namespace cloudpods::http
