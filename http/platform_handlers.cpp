#include "domain/formats.hpp"
#include "http/handlers.hpp"
#include "http/query_reader.hpp"
#include "wire/offer_json.hpp"
#include "wire/operator_json.hpp"

namespace cloudpods::http {

namespace {

constexpr std::string_view tenants_scope = "tenants";

domain::expected<actors::list_tenants> list_from(const exchange& with, const page_cursor& cursors) {
  query_reader query{with.where};
  actors::list_tenants wanted;
  wanted.limit = static_cast<int>(query.limit());
  if (auto last = query.cursor(cursors, tenants_scope))
    wanted.after = domain::tenant_id{*std::move(last)};
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  return wanted;
}

} // namespace

handled get_stats(api& all, exchange&) {
  const auto nodes = co_await all.nodes();
  if (!nodes)
    co_return std::unexpected(nodes.error());
  actors::read_figures question;
  const auto figures = co_await all.ask_platform(question, all.common().settings.read_limit);
  if (!figures)
    co_return std::unexpected(figures.error());
  co_return response{200, wire::stats_json(**figures, *nodes, all.common().settings.now.wall())};
}

handled list_tenants(api& all, exchange& with) {
  auto wanted = list_from(with, all.common().cursors);
  if (!wanted)
    co_return std::unexpected(std::move(wanted).error());
  const auto page = co_await all.ask_platform(*std::move(wanted), all.common().settings.read_limit);
  if (!page)
    co_return std::unexpected(page.error());
  wire::json_writer out{page->items.size() * 256 + 128};
  out.begin_object().key("items").begin_array();
  for (const auto& each : page->items)
    out.literal(wire::tenant_json(each.id, each.said, each.created_at));
  out.end_array().key("nextCursor");
  if (page->has_more && !page->items.empty())
    out.value(all.common().cursors.seal(tenants_scope, page->items.back().id.value));
  else
    out.value(nullptr);
  out.end_object();
  co_return response{200, out.take()};
}

/// The nodes are asked before the log is read: what changes in between is not looked for there.
handled recalculate_quota(api& all, exchange& with) {
  if (!domain::is_outside_id(with.parameters[0]))
    co_return not_found("tenant");
  wire::recount_view view;
  view.tenant = domain::tenant_id{std::string{with.parameters[0]}};
  domain::guests_seen seen;
  seen.asked_at = all.common().settings.now.wall();
  auto lists = co_await all.guests();
  for (auto& [node, list] : lists) {
    (list ? view.nodes_read : view.nodes_away).push_back(node);
    if (list)
      seen.by_node.emplace(node, **list);
  }
  actors::recount_tenant question{view.tenant, std::move(seen)};
  auto counted = co_await all.ask_platform(std::move(question), all.common().settings.read_limit);
  if (!counted)
    co_return std::unexpected(std::move(counted).error());
  if (!counted->exists)
    co_return not_found("tenant");
  if (auto empty = check_empty(with); !empty)
    co_return std::unexpected(std::move(empty).error());
  view.seq = counted->seq;
  view.held = counted->held;
  view.differences = std::move(counted->differences);
  co_return response{200, wire::recount_json(view)};
}

} // namespace cloudpods::http
