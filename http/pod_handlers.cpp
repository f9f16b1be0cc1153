#include "http/handlers.hpp"

#include <charconv>

#include "http/query_reader.hpp"
#include "wire/command_json.hpp"
#include "wire/views_json.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

constexpr std::string_view thing = "pod";

/// `{ref}`: a vmid or a pod id (contract 6). Nothing where it is neither: then nothing has it.
std::optional<actors::pod_reference> reference_from(std::string_view text) {
  if (text.starts_with("pod-"))
    return domain::pod_id{std::string{text}};
  domain::vmid guest = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), guest);
  if (fault != std::errc{} || end != text.data() + text.size() || guest < 0)
    return std::nullopt;
  return guest;
}

api::owned_thing owned(const actors::pod_reference& which) {
  return std::visit([](const auto& id) -> api::owned_thing { return id; }, which);
}

std::string etag_of(const domain::pod& pod) { return "\"" + std::to_string(pod.version) + "\""; }

/// Whether a header's list of entity tags has this one.
bool names(std::string_view list, std::string_view tag) {
  return list == "*" || list.find(tag) != std::string_view::npos;
}

/// The versions that an `If-Match` names; nothing where any will do. A weak tag matches none
/// (RFC 9110, 13.1.1).
std::optional<std::vector<std::int64_t>> versions_of(std::string_view list) {
  if (list == "*")
    return std::nullopt;
  std::vector<std::int64_t> versions;
  for (auto quote = list.find('"'); quote != std::string_view::npos;) {
    const auto end = list.find('"', quote + 1);
    if (end == std::string_view::npos)
      break;
    std::int64_t version = 0;
    const auto* last = list.data() + end;
    const auto [stop, error] = std::from_chars(list.data() + quote + 1, last, version);
    const bool is_weak = quote > 0 && list[quote - 1] == '/';
    if (error == std::errc{} && stop == last && !is_weak)
      versions.push_back(version);
    quote = list.find('"', end + 1);
  }
  return versions;
}

/// What the tenant has by that reference; its own words for "not found" are not passed on, so that
/// another tenant's pod is answered as none at all.
api::awaited<std::shared_ptr<const domain::pod_record>> look_up(api& all, domain::tenant_id tenant,
                                                                actors::pod_reference which) {
  actors::show_pod question{std::move(which)};
  auto reply = co_await all.ask_tenant(std::move(tenant), std::move(question));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value && reply->value.error().code == problem_code::not_found)
    co_return not_found(thing);
  co_return std::move(reply->value);
}

response accepted_answer(const actors::accepted& done, bool is_new) {
  wire::json_writer out{2048};
  out.begin_object().key("pod");
  wire::write_pod(out, done.pod->pod);
  out.key("job");
  if (done.job)
    wire::write_job(out, *done.job, std::nullopt);
  else
    out.value(nullptr);
  out.end_object();
  response answer{is_new ? 202U : 200U, out.take()};
  if (done.job)
    answer.set("Location", "/api/cloud-pods/jobs/" + done.job->id.value);
  if (done.existing)
    answer.set("X-Existing", "true");
  if (done.replayed)
    answer.set("Idempotency-Replayed", "true");
  return answer;
}

domain::expected<actors::list_pods> list_from(const exchange& with, const page_cursor& cursors,
                                              const std::string& scope) {
  query_reader query{with.where};
  actors::list_pods wanted;
  wanted.statuses = query.words<domain::pod_status>("status");
  wanted.kind = query.word<domain::guest_kind>("kind");
  wanted.name_prefix = query.text("name").value_or("");
  wanted.limit = query.limit();
  const auto sort = query.text("sort").value_or("createdAt");
  wanted.newest_first = sort == "-createdAt";
  if (sort != "createdAt" && !wanted.newest_first)
    query.fault("sort", "invalid_value", "is createdAt or -createdAt");
  if (const auto cursor = query.text("cursor")) {
    const auto last = cursors.open(scope, *cursor);
    if (last)
      wanted.after = domain::pod_id{*last};
    else
      query.fault("cursor", "invalid_value", "is none that was given out for this list");
  }
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  return wanted;
}

} // namespace

handled place_order(api& all, exchange& with) {
  auto body = wire::decode_order(with.asked.body);
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
  co_return accepted_answer(*reply->value, !reply->value->existing);
}

handled list_pods(api& all, exchange& with) {
  auto tenant = tenant_of(with);
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
  for (const auto& each : page->items)
    wire::write_pod(out, each->pod);
  out.end_array().key("nextCursor");
  if (page->has_more && !page->items.empty())
    out.value(all.common().cursors.seal(scope, page->items.back()->pod.id.value));
  else
    out.value(nullptr);
  out.field("total", page->total).end_object();
  co_return response{200, out.take()};
}

handled get_pod(api& all, exchange& with) {
  auto which = reference_from(with.parameters[0]);
  if (!which)
    co_return not_found(thing);
  auto tenant = co_await all.owner_of(with, owned(*which), thing);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  const auto found = co_await look_up(all, *std::move(tenant), *std::move(which));
  if (!found)
    co_return std::unexpected(found.error());
  const auto& pod = (*found)->pod;
  const auto etag = etag_of(pod);
  const bool is_known = with.asked.if_none_match && names(*with.asked.if_none_match, etag);
  response answer{is_known ? 304U : 200U, is_known ? std::string{} : wire::pod_json(pod)};
  answer.set("ETag", etag);
  co_return answer;
}

handled destroy_pod(api& all, exchange& with) {
  auto body = wire::decode_destroy(with.asked.body);
  if (!body)
    co_return std::unexpected(std::move(body).error());
  if (auto allowed = check_named_tenant(*with.who, body->tenant); !allowed)
    co_return std::unexpected(std::move(allowed).error());
  auto which = reference_from(with.parameters[0]);
  if (!which)
    co_return not_found(thing);
  auto tenant = co_await all.owner_of(with, owned(*which), thing);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  auto key = idempotency_of(with);
  const bool may_be_repeat = key && *key;
  // An answer given before outlives the pod: with a key it is the tenant who says "not found".
  if (!may_be_repeat) {
    const auto found = co_await look_up(all, *tenant, *which);
    if (!found)
      co_return std::unexpected(found.error());
  }
  for (const auto& named : {std::optional<std::string_view>{body->tenant}, with.asked.tenant_id})
    if (named && *named != tenant->value)
      co_return domain::refused(problem_code::tenant_mismatch, "the pod is another tenant's");
  if (!body->command)
    co_return std::unexpected(std::move(body->command).error());
  if (!key)
    co_return std::unexpected(std::move(key).error());
  body->command->user = with.who->user;
  actors::ask_destroy destroy{*std::move(which), *std::move(body->command), with.requester(),
                              *std::move(key)};
  if (with.asked.if_match)
    destroy.versions = versions_of(*with.asked.if_match);
  auto reply = co_await all.command(*std::move(tenant), std::move(destroy));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value && reply->value.error().code == problem_code::not_found)
    co_return not_found(thing);
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  co_return accepted_answer(*reply->value, true);
}

} // namespace cloudpods::http
