#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/api.hpp"

// What the routes of `{ref}` and of its jobs have in common: finding it, asking something of it,
// answering with what became of it.

namespace cloudpods::http {

/// A pod that a path names, and whose it is.
struct pod_target {
  actors::pod_reference which;
  domain::tenant_id tenant;
};

/// Whose pod `{ref}` is, or `{vmid}` in the platform's routes. Refuses with `not_found`; whether
/// there is such a pod is not looked at where it is the caller's own tenant's to say.
api::awaited<pod_target> find_target(api& all, const exchange& with);

/// The pod itself. Refuses with `not_found`, the same for another tenant's and for none at all; in
/// the platform's routes with `TENANT_MISMATCH` where the query names another tenant than its own.
api::awaited<std::shared_ptr<const domain::pod_record>> look_up(api& all, pod_target at);
api::awaited<std::shared_ptr<const domain::pod_record>> find_pod(api& all, const exchange& with);

/// The pod that a command is for, judged in the contract's order: the tenant that the body names,
/// the pod, `fault` (of the body, null where it has none).
api::awaited<pod_target> aim(api& all, const exchange& with,
                             const std::optional<std::string>& in_body,
                             const domain::problem* fault);

/// The tenant that the query names: the platform does so for things that are somebody's already.
std::optional<std::string> tenant_in_query(const exchange& with);

/// Refuses with `TENANT_MISMATCH` where body, header or (of the platform's) query name another
/// tenant than the thing's.
domain::expected<void> check_owner(const exchange& with, const domain::tenant_id& owner,
                                   const std::optional<std::string>& in_body = std::nullopt);

/// The versions that an `If-Match` names; nothing where any will do.
std::optional<std::vector<std::int64_t>> wanted_versions(const exchange& with);

/// Has `what` (one of the commands to a pod) done. The tenant's own words for "not found" are
/// passed on where they are about something of the pod, never about the pod.
template <class Command>
api::awaited<actors::accepted> send_to_pod(api& all, pod_target at, Command what) {
  what.pod = at.which;
  auto reply = co_await all.command(at.tenant, std::move(what));
  if (!reply)
    co_return std::unexpected(std::move(reply).error());
  if (reply->value)
    co_return *std::move(reply->value);
  auto why = std::move(reply->value).error();
  if (why.code == domain::problem_code::not_found) {
    auto found = co_await look_up(all, std::move(at));
    if (!found)
      co_return std::unexpected(std::move(found).error());
  }
  co_return std::unexpected(std::move(why));
}

/// The same, with what the request says in `Idempotency-Key` and `If-Match`.
template <class Command>
api::awaited<actors::accepted> put_to_pod(api& all, const exchange& with, pod_target at,
                                          Command what) {
  auto key = idempotency_of(with);
  if (!key)
    co_return std::unexpected(std::move(key).error());
  what.key = *std::move(key);
  what.versions = wanted_versions(with);
  auto done = co_await send_to_pod(all, std::move(at), std::move(what));
  co_return done;
}

/// `{"pod","job"}` with the status of what was done; in the platform's words, with the job's path
/// there, where its routes were asked. The pod is null of a stack's job.
response accepted_answer(const actors::accepted& done);
response accepted_answer(const exchange& with, const actors::accepted& done);

/// The pod alone, with its version.
response pod_answer(unsigned status, const domain::pod& pod);
response pod_answer(const exchange& with, unsigned status, const domain::pod& pod);
std::string etag_of(const domain::pod& pod);

} // namespace cloudpods::http
