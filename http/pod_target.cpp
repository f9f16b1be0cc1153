#include "http/pod_target.hpp"

#include <charconv>

#include "wire/platform_json.hpp"
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

/// A weak tag matches none (RFC 9110, 13.1.1).
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

} // namespace

std::optional<std::string> tenant_in_query(const exchange& with) {
  const auto named = with.where.parameter("tenantId");
  return named ? std::optional<std::string>{*named} : std::nullopt;
}

std::string etag_of(const domain::pod& pod) { return "\"" + std::to_string(pod.version) + "\""; }

api::awaited<pod_target> find_target(api& all, const exchange& with) {
  auto which = reference_from(with.parameters[0]);
  // The platform knows pods by their vmid.
  const bool is_vmid = which && std::holds_alternative<domain::vmid>(*which);
  if (!which || (with.is_platforms() && !is_vmid))
    co_return not_found(thing);
  auto tenant = co_await all.owner_of(with, owned(*which), thing);
  if (!tenant)
    co_return std::unexpected(std::move(tenant).error());
  pod_target found{*std::move(which), *std::move(tenant)};
  co_return found;
}

api::awaited<std::shared_ptr<const domain::pod_record>> look_up(api& all, pod_target at) {
  actors::show_pod question{std::move(at.which)};
  auto reply = co_await all.ask_tenant(std::move(at.tenant), std::move(question));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (!reply->value && reply->value.error().code == problem_code::not_found)
    co_return not_found(thing);
  co_return std::move(reply->value);
}

api::awaited<std::shared_ptr<const domain::pod_record>> find_pod(api& all, const exchange& with) {
  auto at = co_await find_target(all, with);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  auto found = co_await look_up(all, *at);
  if (!found || !with.is_platforms())
    co_return found;
  if (auto own = check_owner(with, at->tenant); !own)
    co_return std::unexpected(std::move(own).error());
  co_return found;
}

domain::expected<void> check_owner(const exchange& with, const domain::tenant_id& owner,
                                   const std::optional<std::string>& in_body) {
  const auto in_query = with.is_platforms() ? tenant_in_query(with) : std::nullopt;
  for (const auto& named : {std::optional<std::string_view>{in_body},
                            std::optional<std::string_view>{in_query}, with.asked.tenant_id})
    if (named && *named != owner.value)
      return domain::refused(problem_code::tenant_mismatch, "it is another tenant's");
  return {};
}

api::awaited<pod_target> aim(api& all, const exchange& with,
                             const std::optional<std::string>& in_body,
                             const domain::problem* fault) {
  const auto in_query = with.is_platforms() ? tenant_in_query(with) : std::nullopt;
  for (const auto& named : {in_body, in_query})
    if (auto allowed = check_named_tenant(*with.who, named); !allowed)
      co_return std::unexpected(std::move(allowed).error());
  auto at = co_await find_target(all, with);
  if (!at)
    co_return std::unexpected(std::move(at).error());
  // An answer given before outlives the pod: with a key it is the tenant who says "not found".
  if (!with.asked.idempotency_key || !idempotency_of(with)) {
    const auto found = co_await look_up(all, *at);
    if (!found)
      co_return std::unexpected(found.error());
  }
  if (auto own = check_owner(with, at->tenant, in_body); !own)
    co_return std::unexpected(std::move(own).error());
  if (fault != nullptr)
    co_return std::unexpected(*fault);
  co_return at;
}

std::optional<std::vector<std::int64_t>> wanted_versions(const exchange& with) {
  return with.asked.if_match ? versions_of(*with.asked.if_match) : std::nullopt;
}

namespace {

/// What every answer of an accepted command says in its headers.
response with_marks(response answer, const actors::accepted& done, const std::string& jobs) {
  if (done.job)
    answer.set("Location", jobs + done.job->id.value);
  if (done.existing)
    answer.set("X-Existing", "true");
  if (done.replayed)
    answer.set("Idempotency-Replayed", "true");
  return answer;
}

unsigned status_of(const actors::accepted& done) {
  return done.existing ? 200U : static_cast<unsigned>(done.status);
}

/// `{"jobId","job","cloudPod","vmid","hostname"}` (contract 7).
response platform_answer(const exchange& with, const actors::accepted& done) {
  wire::json_writer out{2048};
  out.begin_object();
  out.field("jobId", done.job ? std::optional{done.job->id} : std::nullopt).key("job");
  if (done.job)
    wire::write_platform_job(out, *done.job, std::nullopt);
  else
    out.value(nullptr);
  out.key("cloudPod");
  if (done.pod) {
    const auto& pod = done.pod->pod;
    wire::write_cloud_pod(out, pod);
    out.field("vmid", pod.order.guest).field("hostname", pod.order.hostname);
  } else {
    out.value(nullptr).field("vmid", nullptr).field("hostname", nullptr);
  }
  out.end_object();
  const std::string family = with.where.segments().front() == "api" ? "/api" : "";
  return with_marks({status_of(done), out.take()}, done, family + "/internal/jobs/");
}

} // namespace

response accepted_answer(const exchange& with, const actors::accepted& done) {
  return with.is_platforms() ? platform_answer(with, done) : accepted_answer(done);
}

response accepted_answer(const actors::accepted& done) {
  wire::json_writer out{2048};
  out.begin_object().key("pod");
  if (done.pod)
    wire::write_pod(out, done.pod->pod);
  else
    out.value(nullptr);
  out.key("job");
  if (done.job)
    wire::write_job(out, *done.job, std::nullopt);
  else
    out.value(nullptr);
  out.end_object();
  return with_marks({status_of(done), out.take()}, done, "/api/cloud-pods/jobs/");
}

response pod_answer(unsigned status, const domain::pod& pod) {
  response answer{status, wire::pod_json(pod)};
  answer.set("ETag", etag_of(pod));
  return answer;
}

response pod_answer(const exchange& with, unsigned status, const domain::pod& pod) {
  if (!with.is_platforms())
    return pod_answer(status, pod);
  wire::json_writer out;
  wire::write_cloud_pod(out, pod);
  response answer{status, out.take()};
  answer.set("ETag", etag_of(pod));
  return answer;
}

} // namespace cloudpods::http
