#include "domain/formats.hpp"
#include "http/handlers.hpp"
#include "wire/action_json.hpp"
#include "wire/offer_json.hpp"
#include "wire/views_json.hpp"

namespace cloudpods::http {

namespace {

/// The tenant that the path names.
domain::expected<domain::tenant_id> named_in_path(const exchange& with) {
  if (!domain::is_outside_id(with.parameters[0]))
    return not_found("tenant");
  return domain::tenant_id{std::string{with.parameters[0]}};
}

} // namespace

handled limit_tenant(api& all, exchange& with) {
  auto tenant = named_in_path(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  auto wanted = wire::decode_limits(with.asked.body);
  if (!wanted)
    co_return std::unexpected(std::move(wanted).error());
  // The same call twice changes nothing: a key is judged, and needs no memory.
  if (auto key = idempotency_of(with); !key)
    co_return std::unexpected(std::move(key).error());
  actors::set_limits wish{*std::move(wanted), with.requester()};
  auto reply = co_await all.command(*std::move(tenant), std::move(wish));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  co_return response{200, wire::quota_json(*reply->value)};
}

handled put_tenant(api& all, exchange& with) {
  auto tenant = named_in_path(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  auto wanted = wire::decode_tenant(with.asked.body);
  if (!wanted)
    co_return std::unexpected(std::move(wanted).error());
  if (auto key = idempotency_of(with); !key)
    co_return std::unexpected(std::move(key).error());
  actors::set_tenant wish{*std::move(wanted), with.requester()};
  auto reply = co_await all.command(*std::move(tenant), std::move(wish));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  const auto& seen = *reply->value;
  co_return response{200, wire::tenant_json(seen.id, seen.said, seen.created_at)};
}

handled list_tenant_plans(api& all, exchange&) {
  co_return response{200, *all.plans()->tenant_plans()};
}

} // namespace cloudpods::http
