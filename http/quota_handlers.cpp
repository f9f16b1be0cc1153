#include "http/handlers.hpp"

#include "domain/formats.hpp"
#include "http/query_reader.hpp"
#include "wire/views_json.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

handled summary(api& all, domain::tenant_id tenant) {
  actors::show_quota question;
  const auto reply = co_await all.ask_tenant(std::move(tenant), std::move(question));
  if (!reply)
    co_return std::unexpected(reply.error());
  if (!reply->value)
    co_return std::unexpected(reply->value.error());
  co_return response{200, wire::quota_json(*reply->value)};
}

/// The answer "no" of `check-quota` (contract 6).
std::string denial(const domain::problem& why) {
  wire::json_writer out;
  out.begin_object().field("allowed", false).field("message", why.message);
  out.key("details").begin_object();
  for (const auto& [name, value] : why.details)
    std::visit([&, &key = name](const auto& fact) { out.field(key, fact); }, value);
  out.end_object().end_object();
  return out.take();
}

} // namespace

handled my_quota(api& all, exchange& with) {
  auto tenant = tenant_of(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  auto answer = co_await summary(all, *std::move(tenant));
  co_return answer;
}

handled tenant_quota(api& all, exchange& with) {
  if (!domain::is_outside_id(with.parameters[0]))
    co_return not_found("tenant");
  if (auto allowed = check_named_tenant(*with.who, with.parameters[0]); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  auto answer = co_await summary(all, domain::tenant_id{std::string{with.parameters[0]}});
  co_return answer;
}

handled check_quota(api& all, exchange& with) {
  auto tenant = tenant_of(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  query_reader query{with.where};
  auto plan = query.required_text("planCode");
  auto blueprint = query.text("blueprint");
  if (auto sound = query.finish(); !sound)
    co_return std::unexpected(std::move(sound).error());
  actors::ask_quota question{std::move(plan), std::move(blueprint)};
  auto reply = co_await all.ask_tenant(*std::move(tenant), std::move(question));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (reply->value)
    co_return response{200, R"({"allowed":true})"};
  if (reply->value.error().code != problem_code::quota_exceeded)
    co_return std::unexpected(std::move(reply->value).error());
  co_return response{200, denial(reply->value.error())};
}

} // namespace cloudpods::http
