#include "http/handlers.hpp"
#include "http/pod_target.hpp"
#include "wire/action_json.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

constexpr std::string_view thing = "job";

/// A job that a path names, and whose it is.
struct job_target {
  domain::job_id id;
  domain::tenant_id tenant;
};

/// The right to a job is the right to what its first item does (contract 4); the strictest where
/// that is not known any more.
action right_to(const domain::job& job) {
  return job.items.empty() ? action::destroy : action_of(job.items.front().action);
}

/// The job that a command is for: its kind says who may, so it is looked up before rights are
/// judged.
api::awaited<job_target> aim_at_job(api& all, const exchange& with,
                                    const std::optional<std::string>& in_body) {
  if (auto allowed = check_named_tenant(*with.who, in_body); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  if (!with.parameters[0].starts_with("job-"))
    co_return not_found(thing);
  domain::job_id id{std::string{with.parameters[0]}};
  auto tenant = co_await all.owner_of(with, id, thing);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  actors::show_job question{id, std::chrono::milliseconds{0}};
  const auto reply = co_await all.ask_tenant(*tenant, std::move(question));
  if (!reply)
    co_return std::unexpected(reply.error());
  if (!reply->value && reply->value.error().code == problem_code::not_found)
    co_return not_found(thing);
  if (!reply->value)
    co_return std::unexpected(reply->value.error());
  const bool member_may_act = all.common().settings.auth.member_may_act;
  if (auto allowed = may(*with.who, right_to(*reply->value->job), member_may_act); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  if (auto own = check_owner(with, *tenant, in_body); !own)
    co_return std::unexpected(std::move(own).error());
  job_target found{std::move(id), *std::move(tenant)};
  co_return found;
}

/// Has `what` (one of the commands to a job) done.
template <class Command>
handled put_to_job(api& all, exchange& with, domain::tenant_id tenant, Command what) {
  auto key = idempotency_of(with);
  if (!key)
    co_return std::unexpected(std::move(key).error());
  what.by = with.requester();
  what.key = *std::move(key);
  auto reply = co_await all.command(std::move(tenant), std::move(what));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  co_return accepted_answer(with, *reply->value);
}

} // namespace

handled cancel_job(api& all, exchange& with) {
  auto body = wire::decode_reason(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  auto at = co_await aim_at_job(all, with, body->tenant);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  actors::cancel_job wish;
  wish.job = std::move(at->id);
  wish.reason = *std::move(body->command);
  auto answer = co_await put_to_job(all, with, std::move(at->tenant), std::move(wish));
  co_return answer;
}

handled retry_job(api& all, exchange& with) {
  auto body = wire::decode_nothing(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  auto at = co_await aim_at_job(all, with, body->tenant);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  actors::retry_job wish;
  wish.job = std::move(at->id);
  wish.user = with.who->user;
  auto answer = co_await put_to_job(all, with, std::move(at->tenant), std::move(wish));
  co_return answer;
}

} // namespace cloudpods::http
