#include "domain/formats.hpp"
#include "http/handlers.hpp"
#include "http/pod_target.hpp"
#include "wire/platform_json.hpp"
#include "wire/stack_json.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

constexpr std::string_view thing = "deployment";

/// A deployment that a path names, and whose it is.
struct deployment_target {
  domain::deployment_id id;
  domain::tenant_id tenant;
};

domain::expected<std::string> slug_from(const exchange& with) {
  std::string slug{with.parameters[0]};
  if (domain::is_outside_id(slug))
    return slug;
  domain::problem why{problem_code::validation_failed, "The slug is none."};
  why.errors.push_back(
      {"slug", "invalid_format", "must be 1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-'"});
  return std::unexpected{std::move(why)};
}

/// `{"deployment","job"}` (contract 15).
response stack_answer(const exchange& with, const actors::accepted_stack& done) {
  wire::json_writer out{2048};
  out.begin_object().key("deployment");
  wire::write_deployment(out, *done.deployment);
  out.key("job");
  wire::write_platform_job(out, *done.job, std::nullopt);
  out.end_object();
  response answer{202, out.take()};
  const std::string family = with.where.segments().front() == "api" ? "/api" : "";
  answer.set("Location", family + "/internal/jobs/" + done.job->id.value);
  if (done.replayed)
    answer.set("Idempotency-Replayed", "true");
  return answer;
}

/// Whose deployment it is. Refuses with `not_found`; whether there is one is the tenant's to say.
api::awaited<deployment_target> find_deployment(api& all, const exchange& with) {
  if (!with.parameters[0].starts_with("dep-"))
    co_return not_found(thing);
  domain::deployment_id id{std::string{with.parameters[0]}};
  auto tenant = co_await all.owner_of(with, id, thing);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  deployment_target found{std::move(id), *std::move(tenant)};
  co_return found;
}

api::awaited<std::shared_ptr<const domain::deployment>>
look_up_deployment(api& all, const deployment_target& at) {
  actors::show_deployment question{at.id};
  auto reply = co_await all.ask_tenant(at.tenant, std::move(question));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value && reply->value.error().code == problem_code::not_found)
    co_return not_found(thing);
  co_return std::move(reply->value);
}

handled send(api& all, exchange& with, domain::tenant_id tenant, auto command) {
  auto reply = co_await all.command(std::move(tenant), std::move(command));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  co_return stack_answer(with, *reply->value);
}

} // namespace

handled put_blueprint(api& all, exchange& with) {
  auto slug = slug_from(with);
  if (!slug)
    co_return std::unexpected(std::move(slug).error());
  auto definition = wire::decode_stack(with.asked.body, all.plans()->offers().post_create);
  if (!definition)
    co_return std::unexpected(std::move(definition).error());
  // The same call twice changes nothing: a key is judged, and needs no memory.
  if (auto key = idempotency_of(with); !key)
    co_return std::unexpected(std::move(key).error());
  if (all.plans()->offers().find_blueprint(*slug) != nullptr)
    co_return domain::refused(problem_code::name_in_use,
                              "The configuration has a blueprint \"" + *slug + "\".");
  domain::stack_blueprint wanted{*std::move(slug), *std::move(definition)};
  actors::put_blueprint wish{std::move(wanted), with.requester()};
  auto put = co_await all.ask_registry(std::move(wish), true);
  if (!put)
    co_return std::unexpected(std::move(put).error());
  wire::json_writer out;
  wire::write_stack_blueprint(out, *put);
  co_return response{200, out.take()};
}

handled deploy_stack(api& all, exchange& with) {
  auto body = wire::decode_deploy(with.asked.body, with.parameters[0]);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  auto tenant = tenant_of(with, body->tenant);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  actors::find_blueprint question{std::string{with.parameters[0]}};
  auto blueprint = co_await all.ask_registry(std::move(question), false);
  if (!blueprint && blueprint.error().code == problem_code::blueprint_not_found)
    co_return domain::refused(problem_code::blueprint_not_found,
                              "there is no such stack blueprint");
  if (!blueprint)
    co_return std::unexpected(std::move(blueprint).error());
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  auto key = idempotency_of(with);
  if (!key)
    co_return std::unexpected(std::move(key).error());
  body->command->definition = std::move(blueprint->definition);
  body->command->user = with.who->user;
  actors::place_stack wish{*std::move(body->command), with.requester(), *std::move(key)};
  auto answer = co_await send(all, with, *std::move(tenant), std::move(wish));
  co_return answer;
}

handled get_deployment(api& all, exchange& with) {
  auto at = co_await find_deployment(all, with);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  const auto found = co_await look_up_deployment(all, *at);
  if (!found)
    co_return std::unexpected(found.error());
  if (auto own = check_owner(with, at->tenant); !own)
    co_return std::unexpected(std::move(own).error());
  wire::json_writer out;
  wire::write_deployment(out, **found);
  co_return response{200, out.take()};
}

handled destroy_deployment(api& all, exchange& with) {
  auto body = wire::decode_end_deployment(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  for (const auto& named : {body->tenant, tenant_in_query(with)})
    if (auto allowed = check_named_tenant(*with.who, named); !allowed)
      co_return std::unexpected(std::move(allowed).error());
  auto at = co_await find_deployment(all, with);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  if (const auto found = co_await look_up_deployment(all, *at); !found)
    co_return std::unexpected(found.error());
  if (auto own = check_owner(with, at->tenant, body->tenant); !own)
    co_return std::unexpected(std::move(own).error());
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  auto key = idempotency_of(with);
  if (!key)
    co_return std::unexpected(std::move(key).error());
  body->command->user = with.who->user;
  actors::destroy_stack wish{std::move(at->id), *std::move(body->command), with.requester(),
                             *std::move(key)};
  auto answer = co_await send(all, with, std::move(at->tenant), std::move(wish));
  co_return answer;
}

} // namespace cloudpods::http
