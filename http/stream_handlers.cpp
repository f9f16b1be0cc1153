#include "http/handlers.hpp"

#include <algorithm>

#include "domain/formats.hpp"
#include "http/event_query.hpp"
#include "http/stream_tickets.hpp"
#include "http/text.hpp"
#include "wire/json_body.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

constexpr std::string_view event_stream_type = "text/event-stream";

bool is_websocket(const request& asked) {
  return asked.upgrade && equals_folded(*asked.upgrade, "websocket");
}

bool offers_protocol(const request& asked) {
  bool found = false;
  if (asked.websocket_protocols)
    for_each_piece(*asked.websocket_protocols, ',',
                   [&](std::string_view each) { found |= each == stream_protocol; });
  return found;
}

domain::expected<void> check_origin(const request& asked, const std::vector<std::string>& allowed) {
  if (!asked.origin || std::ranges::find(allowed, *asked.origin) != allowed.end())
    return {};
  return domain::refused(problem_code::forbidden, "the origin is not allowed");
}

/// The tenant that is named by header or query; nothing where the caller sees all and names none.
domain::expected<std::optional<domain::tenant_id>> tenant_from(const exchange& with) {
  const auto named = with.where.parameter("tenantId");
  if (named && !domain::is_outside_id(*named)) {
    query_reader query{with.where};
    query.fault("tenantId", "invalid_format", "is no tenant id");
    return std::unexpected(query.finish().error());
  }
  if (with.who->sees_all_tenants() && !named && !with.asked.tenant_id)
    return std::nullopt;
  auto tenant = tenant_of(with, named ? std::optional{std::string{*named}} : std::nullopt);
  if (!tenant)
    return std::unexpected(std::move(tenant).error());
  return *std::move(tenant);
}

/// The subscription of a query: `since`, or where a browser has got to (`Last-Event-ID` is newer),
/// and the filters. Nothing where there is neither and a message may still come.
domain::expected<std::optional<subscription>>
subscription_from(const exchange& with, const std::optional<domain::tenant_id>& tenant,
                  bool needs_none) {
  const auto last = needs_none ? with.asked.last_event_id : std::nullopt;
  const auto since = last ? last : with.where.parameter("since");
  if (!since && !needs_none)
    return std::nullopt;
  query_reader query{with.where};
  subscription wanted{from_now{}, event_filter_from(query, with.where)};
  wanted.filter.tenant = whole_filter(*with.who, tenant).tenant;
  const auto start = since ? stream_start_from(*since) : wanted.since;
  if (start)
    wanted.since = *start;
  else
    query.fault(last ? "Last-Event-ID" : "since", "invalid_value",
                "is the last seq you have, or now");
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  return wanted;
}

domain::expected<stream_admission> admission_of(const exchange& with, bool has_no_messages) {
  auto tenant = tenant_from(with);
  if (!tenant)
    return std::unexpected(std::move(tenant).error());
  auto wanted = subscription_from(with, *tenant, has_no_messages);
  if (!wanted)
    return std::unexpected(std::move(wanted).error());
  stream_admission admission;
  admission.who = with.who;
  admission.tenant = *std::move(tenant);
  admission.at_once = *std::move(wanted);
  admission.speaks_protocol = offers_protocol(with.asked);
  admission.request_id = with.request_id;
  return admission;
}

/// The tenant that a ticket is asked for, where the body names one.
domain::expected<std::optional<std::string>> tenant_of_ticket(const request& asked) {
  const auto body = wire::json_body::parse(asked.body);
  if (!body)
    return std::unexpected(body.error());
  std::vector<domain::field_error> errors;
  wire::object_reader fields{body->root(), "", errors};
  auto tenant =
      fields.text("tenantId", {[](std::string_view text) { return domain::is_outside_id(text); },
                               "invalid_format", "must be a tenant id"});
  fields.finish();
  if (!errors.empty())
    return std::unexpected(wire::invalid_fields(std::move(errors)));
  return tenant;
}

/// A back end hands its ticket to a browser of one tenant: what it opens shows that tenant only.
std::shared_ptr<const caller> narrowed(const caller& who, domain::tenant_id tenant) {
  caller only;
  only.user = who.user;
  only.tenant = std::move(tenant);
  only.role = role::viewer;
  only.expires = who.expires;
  return std::make_shared<const caller>(std::move(only));
}

} // namespace

handled stream_events(api& all, exchange& with) {
  if (auto allowed = check_origin(with.asked, all.common().settings.allowed_origins); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  if (!is_websocket(with.asked))
    co_return domain::refused(problem_code::bad_request, "this is a WebSocket: ask for an upgrade");
  auto admission = admission_of(with, false);
  if (!admission)
    co_return std::unexpected(std::move(admission).error());
  response answer;
  answer.upgrade = all.streams().open(*std::move(admission));
  co_return answer;
}

handled stream_events_sse(api& all, exchange& with) {
  if (auto allowed = check_origin(with.asked, all.common().settings.allowed_origins); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  auto admission = admission_of(with, true);
  if (!admission)
    co_return std::unexpected(std::move(admission).error());
  response answer;
  answer.content_type = event_stream_type;
  answer.open_ended = true;
  answer.set("X-Accel-Buffering", "no"); // nginx would hold events back
  if (with.asked.origin) {
    answer.set("Access-Control-Allow-Origin", std::string{*with.asked.origin});
    answer.set("Vary", "Origin");
  }
  if (with.asked.method == verb::head)
    co_return answer;
  answer.upgrade = all.streams().open_sse(*std::move(admission));
  if (!answer.upgrade)
    co_return domain::refused(problem_code::rate_limited, "too many streams of this tenant");
  co_return answer;
}

handled make_ticket(api& all, exchange& with) {
  const auto named = tenant_of_ticket(with.asked);
  if (!named)
    co_return std::unexpected(named.error());
  auto who = with.who;
  if (!who->sees_all_tenants() || *named || with.asked.tenant_id) {
    auto tenant = tenant_of(with, *named);
    if (!tenant)
      co_return std::unexpected(std::move(tenant).error());
    if (who->sees_all_tenants())
      who = narrowed(*who, *std::move(tenant));
  }
  const auto made = all.common().tickets->issue(std::move(who), all.common().settings.now.wall());
  if (!made)
    co_return std::unexpected(made.error());
  wire::json_writer out{128};
  out.begin_object().field("ticket", made->text).field("expiresAt", made->expires).end_object();
  co_return response{200, out.take()};
}

} // namespace cloudpods::http
