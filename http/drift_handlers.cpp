#include "http/handlers.hpp"
#include "http/pod_target.hpp"
#include "http/query_reader.hpp"
#include "wire/action_json.hpp"
#include "wire/drift_json.hpp"

namespace cloudpods::http {

namespace {

constexpr std::string_view drift_scope = "drift";

domain::expected<domain::drift_filter> filter_from(const exchange& with,
                                                   const page_cursor& cursors) {
  query_reader query{with.where};
  domain::drift_filter wanted;
  wanted.kinds = query.words<domain::drift_kind>("kind");
  wanted.statuses = query.words<domain::drift_status>("status");
  // What is over is history, and what is ignored is not to be seen again.
  if (wanted.statuses.empty())
    wanted.statuses = {domain::drift_status::open};
  wanted.node = query.text("node");
  wanted.tenant = query.text("tenantId");
  wanted.pod = query.text("podId");
  wanted.limit = static_cast<int>(query.limit());
  wanted.after = query.cursor(cursors, drift_scope);
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  return wanted;
}

/// What an operator says: who, whether it was said before, of which version of the pod.
domain::expected<actors::operators_word> word_from(const exchange& with) {
  auto key = idempotency_of(with);
  if (!key)
    return std::unexpected(std::move(key).error());
  actors::operators_word word;
  word.user = with.who->user;
  word.by = with.requester();
  word.key = *std::move(key);
  word.versions = wanted_versions(with);
  return word;
}

} // namespace

handled list_drift(api& all, exchange& with) {
  auto wanted = filter_from(with, all.common().cursors);
  if (!wanted)
    co_return std::unexpected(std::move(wanted).error());
  actors::list_drift question{*std::move(wanted)};
  const auto page =
      co_await all.ask_platform(std::move(question), all.common().settings.read_limit);
  if (!page)
    co_return std::unexpected(page.error());
  wire::json_writer out{page->items.size() * 512 + 128};
  out.begin_object().key("items").begin_array();
  for (const auto& each : page->items)
    wire::write_drift(out, each);
  out.end_array().key("nextCursor");
  if (page->has_more && !page->items.empty())
    out.value(all.common().cursors.seal(drift_scope, page->items.back().id));
  else
    out.value(nullptr);
  out.end_object();
  co_return response{200, out.take()};
}

handled adopt_drift(api& all, exchange& with) {
  auto body = wire::decode_nothing(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  auto word = word_from(with);
  if (!word)
    co_return std::unexpected(std::move(word).error());
  actors::adopt_drift wish{std::string{with.parameters[0]}, body->tenant, *std::move(word)};
  auto done = co_await all.ask_reconciler(std::move(wish));
  if (!done)
    co_return std::unexpected(std::move(done).error());
  co_return accepted_answer(with, *done);
}

handled forget_drift(api& all, exchange& with) {
  if (auto empty = check_empty(with); !empty)
    co_return std::unexpected(std::move(empty).error());
  auto word = word_from(with);
  if (!word)
    co_return std::unexpected(std::move(word).error());
  actors::forget_drift wish{std::string{with.parameters[0]}, *std::move(word)};
  auto done = co_await all.ask_reconciler(std::move(wish));
  if (!done)
    co_return std::unexpected(std::move(done).error());
  co_return accepted_answer(with, *done);
}

handled ignore_drift(api& all, exchange& with) {
  auto reason = wire::decode_reason(with.asked.body);
  if (!reason)
    co_return std::unexpected(std::move(reason).error());
  if (!reason->command)
    co_return std::unexpected(std::move(reason->command).error());
  if (auto key = idempotency_of(with); !key)
    co_return std::unexpected(std::move(key).error());
  actors::silence_drift wish{std::string{with.parameters[0]}, *std::move(reason->command),
                             with.requester()};
  auto drift = co_await all.ask_reconciler(std::move(wish));
  if (!drift)
    co_return std::unexpected(std::move(drift).error());
  co_return response{200, wire::drift_json(*drift)};
}

handled reconcile(api& all, exchange& with) {
  if (auto empty = check_empty(with); !empty)
    co_return std::unexpected(std::move(empty).error());
  if (auto key = idempotency_of(with); !key)
    co_return std::unexpected(std::move(key).error());
  actors::reconcile_now wish;
  auto sweep = co_await all.ask_reconciler(wish);
  if (!sweep)
    co_return std::unexpected(std::move(sweep).error());
  const wire::reconcile_view view{sweep->finished,   sweep->begun_at, sweep->nodes_read,
                                  sweep->nodes_away, sweep->pods,     sweep->guests,
                                  sweep->changes};
  co_return response{200, wire::reconcile_json(view)};
}

} // namespace cloudpods::http
