#include <algorithm>

#include "domain/backups.hpp"
#include "http/handlers.hpp"
#include "http/pod_target.hpp"
#include "http/query_reader.hpp"
#include "wire/json_writer.hpp"
#include "wire/platform_bodies.hpp"
#include "wire/platform_json.hpp"
#include "wire/pod_views_json.hpp"

namespace cloudpods::http {

namespace {

/// What a list is sorted by, newest first, and where its cursors stand. It never repeats.
std::string place_of(const domain::pod_backup& each) { return each.id; }
std::string place_of(const domain::pod_snapshot_entry& each) {
  return wire::time_text(each.created_at) + " " + each.name;
}

/// A page of what a pod has, written by `write`.
template <class Item, class Write>
domain::expected<response> page_of(const api& all, const exchange& with, const std::string& scope,
                                   std::vector<Item> items, Write write) {
  const auto& cursors = all.common().cursors;
  query_reader query{with.where};
  const auto limit = query.limit();
  const auto last = query.cursor(cursors, scope);
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  std::ranges::sort(items, std::ranges::greater{}, [](const Item& each) { return place_of(each); });
  if (last)
    std::erase_if(items, [&](const Item& each) { return place_of(each) >= *last; });
  wire::json_writer out;
  out.begin_object().key("items").begin_array();
  const auto count = std::min(limit, items.size());
  for (std::size_t i = 0; i < count; ++i)
    write(out, items[i]);
  out.end_array().key("nextCursor");
  if (count < items.size())
    out.value(cursors.seal(scope, place_of(items[count - 1])));
  else
    out.value(nullptr);
  out.end_object();
  return response{200, out.take()};
}

/// The check that is open already, or one that is queued now.
api::awaited<std::optional<domain::job_id>>
refresh(api& all, const exchange& with, std::shared_ptr<const domain::pod_record> record,
        domain::json_text payload) {
  if (const auto* open = record->open_job(domain::job_type::health))
    co_return open->id;
  actors::ask_action wish;
  wish.command.action = domain::item_action::health;
  wish.command.payload = std::move(payload);
  wish.command.user = with.who->user;
  wish.by = with.requester();
  pod_target at{record->pod.id, record->pod.tenant};
  auto done = co_await send_to_pod(all, std::move(at), std::move(wish));
  if (!done)
    co_return std::unexpected(std::move(done).error());
  co_return done->job ? std::optional{done->job->id} : std::nullopt;
}

} // namespace

handled list_backups(api& all, exchange& with) {
  const auto found = co_await find_pod(all, with);
  if (!found)
    co_return std::unexpected(found.error());
  const auto& pod = (*found)->pod;
  const auto keep_days = all.plans()->backup_days(pod.order.plan);
  co_return page_of(all, with, "backups " + pod.id.value, pod.backups,
                    [&](wire::json_writer& out, const domain::pod_backup& each) {
                      wire::write_backup(out, each, domain::expiry_of(pod, each, keep_days));
                    });
}

handled list_snapshots(api& all, exchange& with) {
  const auto found = co_await find_pod(all, with);
  if (!found)
    co_return std::unexpected(found.error());
  const auto& pod = (*found)->pod;
  co_return page_of(all, with, "snapshots " + pod.id.value, pod.snapshots, wire::write_snapshot);
}

handled get_health(api& all, exchange& with) {
  const auto found = co_await find_pod(all, with);
  if (!found)
    co_return std::unexpected(found.error());
  query_reader query{with.where};
  const bool wants_check = query.flag("refresh");
  domain::json_text payload{"{}"};
  if (with.is_platforms())
    payload = wire::health_payload(
        query.word<wire::health_trigger>("triggeredBy").value_or(wire::health_trigger::manual));
  if (auto sound = query.finish(); !sound)
    co_return std::unexpected(std::move(sound).error());
  std::optional<domain::job_id> check;
  if (wants_check) {
    auto queued = co_await refresh(all, with, *found, std::move(payload));
    if (!queued)
      co_return std::unexpected(std::move(queued).error());
    check = *std::move(queued);
  }
  const auto& pod = (*found)->pod;
  const auto checked = co_await all.checked_at(pod.id);
  co_return response{200, with.is_platforms() ? wire::platform_health_json(pod, checked, check)
                                              : wire::health_json(pod, checked, check)};
}

} // namespace cloudpods::http
