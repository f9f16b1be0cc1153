#include "http/handlers.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "http/query_reader.hpp"
#include "http/text.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

/// What a frame begins with; an item of a list does not say its type.
constexpr std::string_view frame_start = R"({"type":"event",)";
constexpr std::int64_t any_seq = std::numeric_limits<std::int64_t>::max();

domain::expected<actors::read_events> list_from(const exchange& with, const page_cursor& cursors,
                                                const domain::tenant_id& tenant,
                                                const std::string& scope) {
  query_reader query{with.where};
  actors::read_events wanted;
  wanted.filter.tenant = tenant;
  for (const auto pod : with.where.parameters("podId"))
    wanted.filter.pods.emplace_back(std::string{pod});
  for (const auto name : with.where.parameters("name"))
    wanted.filter.names.emplace_back(name);
  wanted.filter.categories = query.words<domain::category>("category");
  wanted.after = query.integer("after", 0, any_seq).value_or(0);
  wanted.limit = static_cast<int>(query.limit());
  if (const auto cursor = query.text("cursor")) {
    const auto seq = cursors.open(scope, *cursor);
    if (seq)
      std::from_chars(seq->data(), seq->data() + seq->size(), wanted.after);
    else
      query.fault("cursor", "invalid_value", "is none that was given out for this list");
  }
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

void write_item(wire::json_writer& out, const std::string& frame) {
  if (frame.starts_with(frame_start))
    out.literal("{" + frame.substr(frame_start.size()));
  else
    out.literal(frame);
}

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

domain::expected<stream_admission> admission_of(const exchange& with,
                                                const std::vector<std::string>& origins) {
  const auto& asked = with.asked;
  if (asked.origin && std::ranges::find(origins, *asked.origin) == origins.end())
    return domain::refused(problem_code::forbidden, "the origin is not allowed");
  if (!is_websocket(asked))
    return domain::refused(problem_code::bad_request, "this is a WebSocket: ask for an upgrade");
  stream_admission admission;
  admission.who = with.who;
  admission.speaks_protocol = offers_protocol(asked);
  admission.request_id = with.request_id;
  if (asked.tenant_id)
    admission.tenant = domain::tenant_id{std::string{*asked.tenant_id}};
  if (!with.who->sees_all_tenants() && !with.who->tenant)
    return domain::refused(problem_code::forbidden, "the token speaks for no tenant");
  if (const auto since = with.where.parameter("since")) {
    admission.since = stream_start_from(*since);
    query_reader query{with.where};
    if (!admission.since)
      query.fault("since", "invalid_value", "is the last seq you have, or now");
    if (auto sound = query.finish(); !sound)
      return std::unexpected(std::move(sound).error());
  }
  return admission;
}

} // namespace

handled list_events(api& all, exchange& with) {
  auto tenant = tenant_of(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  const auto scope = "events " + tenant->value;
  auto wanted = list_from(with, all.common().cursors, *tenant, scope);
  if (!wanted)
    co_return std::unexpected(std::move(wanted).error());
  const auto page = co_await full_page(all, *std::move(wanted));
  if (!page)
    co_return std::unexpected(page.error());
  wire::json_writer out{page->frames.size() * 512 + 128};
  out.begin_object().key("items").begin_array();
  for (const auto& frame : page->frames)
    write_item(out, frame->text);
  out.end_array().key("nextCursor");
  if (page->looked_up_to < page->head)
    out.value(all.common().cursors.seal(scope, std::to_string(page->looked_up_to)));
  else
    out.value(nullptr);
  out.end_object();
  co_return response{200, out.take()};
}

handled stream_events(api& all, exchange& with) {
  auto admission = admission_of(with, all.common().settings.allowed_origins);
  if (!admission)
    co_return std::unexpected(std::move(admission).error());
  response answer;
  answer.upgrade = all.streams().open(*std::move(admission));
  co_return answer;
}

} // namespace cloudpods::http
