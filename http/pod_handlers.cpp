#include <algorithm>

#include "domain/formats.hpp"
#include "http/handlers.hpp"
#include "http/pod_target.hpp"
#include "http/query_reader.hpp"
#include "wire/command_json.hpp"
#include "wire/platform_bodies.hpp"
#include "wire/platform_json.hpp"
#include "wire/platform_words.hpp"
#include "wire/views_json.hpp"

namespace cloudpods::http {

namespace {

/// Whether a header's list of entity tags has this one.
bool names(std::string_view list, std::string_view tag) {
  return list == "*" || list.find(tag) != std::string_view::npos;
}

/// `status`, in the words of the family.
std::vector<domain::pod_status> statuses_from(query_reader& query, const exchange& with) {
  if (!with.is_platforms())
    return query.words<domain::pod_status>("status");
  const auto words = query.words<wire::platform_status>("status");
  const bool wants_all = query.flag("includeDeleted") && words.empty();
  std::vector<domain::pod_status> wanted;
  for (std::size_t i = 0; i < domain::words<domain::pod_status>::values.size(); ++i) {
    const auto each = static_cast<domain::pod_status>(i);
    if (wants_all || std::ranges::find(words, wire::platform_word(each)) != words.end())
      wanted.push_back(each);
  }
  return wanted;
}

/// Whose pods are listed: the platform names the tenant in the path or the query too (contract 7).
domain::expected<domain::tenant_id> tenant_of_list(const exchange& with) {
  const auto& in_path = with.parameters[0];
  const auto named = in_path.empty() ? with.where.parameter("tenantId") : std::optional{in_path};
  if (!with.is_platforms() || !named)
    return tenant_of(with);
  if (!domain::is_outside_id(*named))
    return not_found("tenant");
  return tenant_of(with, std::string{*named});
}

domain::expected<actors::list_pods> list_from(const exchange& with, const page_cursor& cursors,
                                              const std::string& scope) {
  query_reader query{with.where};
  actors::list_pods wanted;
  wanted.statuses = statuses_from(query, with);
  wanted.kind = query.word<domain::guest_kind>("kind");
  wanted.name_prefix = query.text("name").value_or("");
  wanted.limit = query.limit();
  const auto sort = query.text("sort").value_or("createdAt");
  wanted.newest_first = sort == "-createdAt";
  if (sort != "createdAt" && !wanted.newest_first)
    query.fault("sort", "invalid_value", "is createdAt or -createdAt");
  if (auto last = query.cursor(cursors, scope))
    wanted.after = domain::pod_id{*std::move(last)};
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  return wanted;
}

} // namespace

handled place_order(api& all, exchange& with) {
  auto body = with.is_platforms() ? wire::decode_create(with.asked.body)
                                  : wire::decode_order(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  auto tenant = tenant_of(with, body->tenant);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  auto key = idempotency_of(with);
  if (!key)
    co_return std::unexpected(std::move(key).error());
  body->command->user = with.who->user;
  actors::place_order order{*std::move(body->command), with.requester(), *std::move(key)};
  auto reply = co_await all.command(*std::move(tenant), std::move(order));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  co_return accepted_answer(with, *reply->value);
}

handled list_pods(api& all, exchange& with) {
  auto tenant = tenant_of_list(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  const auto scope = "pods " + tenant->value;
  auto wanted = list_from(with, all.common().cursors, scope);
  if (!wanted)
    co_return std::unexpected(std::move(wanted).error());
  const auto page = co_await all.ask_tenant(*std::move(tenant), *std::move(wanted));
  if (!page)
    co_return std::unexpected(page.error());
  wire::json_writer out{page->items.size() * 1024 + 128};
  out.begin_object().key("items").begin_array();
  const auto write = with.is_platforms() ? wire::write_cloud_pod : wire::write_pod;
  for (const auto& each : page->items)
    write(out, each->pod);
  out.end_array().key("nextCursor");
  if (page->has_more && !page->items.empty())
    out.value(all.common().cursors.seal(scope, page->items.back()->pod.id.value));
  else
    out.value(nullptr);
  out.field("total", page->total).end_object();
  co_return response{200, out.take()};
}

handled get_pod(api& all, exchange& with) {
  const auto found = co_await find_pod(all, with);
  if (!found)
    co_return std::unexpected(found.error());
  const auto& pod = (*found)->pod;
  const auto etag = etag_of(pod);
  const bool is_known = with.asked.if_none_match && names(*with.asked.if_none_match, etag);
  if (!is_known)
    co_return pod_answer(with, 200, pod);
  response unchanged{304, {}};
  unchanged.set("ETag", etag);
  co_return unchanged;
}

handled destroy_pod(api& all, exchange& with) {
  auto body = wire::decode_destroy(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  const auto* fault = body->command ? nullptr : &body->command.error();
  auto at = co_await aim(all, with, body->tenant, fault);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  actors::ask_destroy destroy;
  destroy.command = *std::move(body->command);
  destroy.command.user = with.who->user;
  destroy.by = with.requester();
  auto done = co_await put_to_pod(all, with, *std::move(at), std::move(destroy));
  if (!done)
    co_return std::unexpected(std::move(done).error());
  co_return accepted_answer(with, *done);
}

} // namespace cloudpods::http
