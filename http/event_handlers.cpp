#include "http/handlers.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "http/event_query.hpp"
#include "http/pod_target.hpp"
#include "wire/json_writer.hpp"
#include "wire/platform_json.hpp"

namespace cloudpods::http {

namespace {

/// What a frame begins with; an item of a list does not say its type.
constexpr std::string_view frame_start = R"({"type":"event",)";
constexpr std::int64_t any_seq = std::numeric_limits<std::int64_t>::max();

domain::expected<actors::read_events> list_from(const exchange& with, const page_cursor& cursors,
                                                const std::optional<domain::tenant_id>& tenant,
                                                const std::string& scope) {
  query_reader query{with.where};
  actors::read_events wanted;
  wanted.filter = event_filter_from(query, with.where);
  if (with.is_platforms())
    std::ranges::copy(query.words<domain::category>("type"),
                      std::back_inserter(wanted.filter.categories));
  wanted.filter.tenant = tenant;
  wanted.after = query.integer("after", 0, any_seq).value_or(0);
  wanted.limit = static_cast<int>(query.limit());
  if (const auto seq = query.cursor(cursors, scope))
    std::from_chars(seq->data(), seq->data() + seq->size(), wanted.after);
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  return wanted;
}

/// Asks on where a page looked far and found little, until it is full or the log ends.
api::awaited<actors::frame_page> full_page(api& all, actors::read_events wanted) {
  actors::frame_page whole;
  const auto limit = static_cast<std::size_t>(wanted.limit);
  for (int tries_left = 20; tries_left > 0; --tries_left) {
    actors::read_events question = wanted;
    auto page = co_await all.events(std::move(question));
    if (!page)
      co_return std::unexpected(std::move(page).error());
    std::ranges::move(page->frames, std::back_inserter(whole.frames));
    whole.looked_up_to = page->looked_up_to;
    whole.head = page->head;
    if (whole.frames.size() >= limit || whole.looked_up_to >= whole.head)
      break;
    wanted.after = whole.looked_up_to;
    wanted.limit = static_cast<int>(limit - whole.frames.size());
  }
  co_return whole;
}

void write_item(wire::json_writer& out, const exchange& with, const std::string& frame) {
  if (with.is_platforms())
    wire::write_platform_event(out, frame);
  else if (frame.starts_with(frame_start))
    out.literal("{" + frame.substr(frame_start.size()));
  else
    out.literal(frame);
}

/// A page of the tenant's events, or of one of its pods'; without a tenant, of all tenants'.
handled events_page(api& all, exchange& with, std::optional<domain::tenant_id> tenant,
                    std::optional<domain::pod_id> pod) {
  const auto scope = (tenant ? "events " + tenant->value : std::string{"all events"}) +
                     (pod ? " " + pod->value : std::string{});
  auto wanted = list_from(with, all.common().cursors, tenant, scope);
  if (!wanted)
    co_return std::unexpected(std::move(wanted).error());
  if (pod)
    wanted->filter.pods.assign(1, *pod);
  const auto page = co_await full_page(all, *std::move(wanted));
  if (!page)
    co_return std::unexpected(page.error());
  wire::json_writer out{page->frames.size() * 512 + 128};
  out.begin_object().key("items").begin_array();
  for (const auto& frame : page->frames)
    write_item(out, with, frame->text);
  out.end_array().key("nextCursor");
  if (page->looked_up_to < page->head)
    out.value(all.common().cursors.seal(scope, std::to_string(page->looked_up_to)));
  else
    out.value(nullptr);
  out.end_object();
  co_return response{200, out.take()};
}

} // namespace

handled list_events(api& all, exchange& with) {
  auto tenant = tenant_of(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  auto answer = co_await events_page(all, with, *std::move(tenant), std::nullopt);
  co_return answer;
}

/// `tenantId` is one filter more; none: of all tenants and of the platform.
handled list_all_events(api& all, exchange& with) {
  const auto named = with.where.parameter("tenantId");
  std::optional<domain::tenant_id> tenant;
  if (named)
    tenant = domain::tenant_id{std::string{*named}};
  auto answer = co_await events_page(all, with, std::move(tenant), std::nullopt);
  co_return answer;
}

handled list_pod_events(api& all, exchange& with) {
  const auto found = co_await find_pod(all, with);
  if (!found)
    co_return std::unexpected(found.error());
  const auto& pod = (*found)->pod;
  auto answer = co_await events_page(all, with, pod.tenant, pod.id);
  co_return answer;
}

} // namespace cloudpods::http
