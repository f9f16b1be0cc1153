#include "http/handlers.hpp"

#include "http/pod_target.hpp"
#include "http/query_reader.hpp"
#include "wire/platform_json.hpp"
#include "wire/platform_words.hpp"
#include "wire/views_json.hpp"

namespace cloudpods::http {

using domain::problem_code;

namespace {

constexpr std::string_view thing = "job";

/// Words of the platform, as ours.
template <class Own, class Word>
std::vector<Own> own_words(const std::vector<Word>& words) {
  std::vector<Own> own;
  for (const auto each : words)
    own.push_back(wire::own_word(each));
  return own;
}

/// `status` and `type`, in the words of the family.
void read_words(query_reader& query, const exchange& with, actors::list_jobs& wanted) {
  if (with.is_platforms()) {
    wanted.statuses =
        own_words<domain::job_status>(query.words<wire::platform_job_status>("status"));
    wanted.types = own_words<domain::job_type>(query.words<wire::platform_job_type>("type"));
  } else {
    wanted.statuses = query.words<domain::job_status>("status");
    wanted.types = query.words<domain::job_type>("type");
  }
}

domain::expected<actors::list_jobs> list_from(const exchange& with, const page_cursor& cursors,
                                              const std::string& scope) {
  query_reader query{with.where};
  actors::list_jobs wanted;
  read_words(query, with, wanted);
  wanted.limit = query.limit();
  if (auto last = query.cursor(cursors, scope))
    wanted.after = domain::job_id{*std::move(last)};
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  return wanted;
}

/// `wait`, cut to what is allowed (contract 5).
domain::expected<std::chrono::seconds> wait_from(const exchange& with,
                                                 std::chrono::seconds longest) {
  constexpr std::int64_t a_day = 86'400;
  query_reader query{with.where};
  const auto wanted = query.integer("wait", 0, a_day).value_or(0);
  if (auto sound = query.finish(); !sound)
    return std::unexpected(std::move(sound).error());
  return std::min(std::chrono::seconds{wanted}, longest);
}

/// A page of the tenant's jobs, or of one of its pods'.
handled jobs_page(api& all, exchange& with, domain::tenant_id tenant,
                  std::optional<domain::pod_id> pod) {
  const auto scope = "jobs " + tenant.value + (pod ? " " + pod->value : std::string{});
  auto wanted = list_from(with, all.common().cursors, scope);
  if (!wanted)
    co_return std::unexpected(std::move(wanted).error());
  wanted->pod = std::move(pod);
  const auto page = co_await all.ask_tenant(std::move(tenant), *std::move(wanted));
  if (!page)
    co_return std::unexpected(page.error());
  wire::json_writer out{page->items.size() * 1024 + 128};
  out.begin_object().key("items").begin_array();
  const auto write = with.is_platforms() ? wire::write_platform_job : wire::write_job;
  for (const auto& [job, progress] : page->items)
    write(out, *job, progress);
  out.end_array().key("nextCursor");
  if (page->has_more && !page->items.empty())
    out.value(all.common().cursors.seal(scope, page->items.back().job->id.value));
  else
    out.value(nullptr);
  out.end_object();
  co_return response{200, out.take()};
}

} // namespace

handled list_jobs(api& all, exchange& with) {
  auto tenant = tenant_of(with);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  auto answer = co_await jobs_page(all, with, *std::move(tenant), std::nullopt);
  co_return answer;
}

handled list_pod_jobs(api& all, exchange& with) {
  const auto found = co_await find_pod(all, with);
  if (!found)
    co_return std::unexpected(found.error());
  const auto& pod = (*found)->pod;
  auto answer = co_await jobs_page(all, with, pod.tenant, pod.id);
  co_return answer;
}

handled get_job(api& all, exchange& with) {
  if (!with.parameters[0].starts_with("job-"))
    co_return not_found(thing);
  domain::job_id id{std::string{with.parameters[0]}};
  auto tenant = co_await all.owner_of(with, id, thing);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  if (with.is_platforms())
    if (auto own = check_owner(with, *tenant); !own)
      co_return std::unexpected(std::move(own).error());
  const auto wait = wait_from(with, all.common().settings.max_wait);
  if (!wait)
    co_return std::unexpected(wait.error());
  if (wait->count() > 0 && !with.ticket.wait())
    co_return domain::refused(problem_code::overloaded, "too many requests are waiting");
  actors::show_job question{std::move(id), *wait};
  auto reply = co_await all.ask_tenant(*std::move(tenant), std::move(question), *wait);
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value && reply->value.error().code == problem_code::not_found)
    co_return not_found(thing);
  if (!reply->value)
    co_return std::unexpected(std::move(reply->value).error());
  wire::json_writer out{1024};
  const auto write = with.is_platforms() ? wire::write_platform_job : wire::write_job;
  write(out, *reply->value->job, reply->value->progress);
  co_return response{200, out.take()};
}

} // namespace cloudpods::http
