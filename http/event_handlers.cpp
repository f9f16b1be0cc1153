#include "http/handlers.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "http/event_query.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::http {

namespace {

/// What a frame begins with; an item of a list does not say its type.
constexpr std::string_view frame_start = R"({"type":"event",)";
constexpr std::int64_t any_seq = std::numeric_limits<std::int64_t>::max();

domain::expected<actors::read_events> list_from(const exchange& with, const page_cursor& cursors,
                                                const domain::tenant_id& tenant,
                                                const std::string& scope) {
  query_reader query{with.where};
  actors::read_events wanted;
  wanted.filter = event_filter_from(query, with.where);
  wanted.filter.tenant = tenant;
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

} // namespace cloudpods::http
