#include "actors/store_gauges.hpp"

#include <limits>

#include "domain/lifecycle.hpp"
#include "domain/tenant.hpp"
#include "metrics/text_writer.hpp"

namespace cloudpods::actors {

namespace {

using metrics::kind;

std::int64_t count_in(const domain::counts& all, std::string_view word) {
  const auto found = all.find(std::string{word});
  return found == all.end() ? 0 : found->second;
}

/// What the tenant may hold at most; no limit is the infinite one.
double most(std::int64_t limit) {
  return limit == domain::unlimited ? std::numeric_limits<double>::infinity()
                                    : static_cast<double>(limit);
}

void write_queue(metrics::text_writer& out, const domain::queue_figures& queue,
                 domain::instant now) {
  out.begin({"cloudpods_queue_items", "Queue items that wait or run"}, kind::gauge);
  for (const std::string_view status : {"queued", "running"})
    out.sample({{"status", status}}, count_in(queue.by_status, status));
  out.begin({"cloudpods_queue_oldest_seconds", "For how long the oldest item has waited"},
            kind::gauge);
  const auto age = queue.oldest_queued ? now - *queue.oldest_queued : domain::instant::duration{};
  out.sample({}, std::max(0.0, std::chrono::duration<double>(age).count()));
}

void write_quota(metrics::text_writer& out, const domain::tenant_gauges& tenant,
                 const domain::catalogue& offers) {
  domain::tenant_state known;
  known.plan = tenant.plan;
  known.own_limits = tenant.own_limits;
  const auto limit = domain::limits_of(known, offers).limit;
  for (const auto& each : domain::dimensions) {
    const auto sample = [&](std::string_view what, auto value) {
      out.sample({{"tenant", tenant.id.value}, {"resource", each.field}, {"kind", what}}, value);
    };
    sample("limit", most(limit.most.*each.amount));
    sample("used", tenant.held.used.*each.amount);
    sample("reserved", tenant.held.reserved.*each.amount);
  }
}

} // namespace

std::string text_of(const domain::platform_gauges& all, const domain::catalogue& offers,
                    domain::instant now) {
  metrics::text_writer out;
  out.begin({"cloudpods_pods", "Pods that are not deleted"}, kind::gauge);
  for (const auto status : domain::words<domain::pod_status>::values)
    if (status != domain::text(domain::pod_status::deleted))
      out.sample({{"status", status}}, count_in(all.pods_by_status, status));
  write_queue(out, all.queue, now);
  out.begin({"cloudpods_tenant_quota", "What a tenant holds and may hold"}, kind::gauge);
  for (const auto& each : all.tenants)
    write_quota(out, each, offers);
  out.begin({"cloudpods_tenant_pods", "A tenant's pods that are not deleted"}, kind::gauge);
  for (const auto& each : all.tenants)
    for (const auto& [status, count] : each.pods_by_status)
      out.sample({{"tenant", each.id.value}, {"status", status}}, count);
  return out.take();
}

} // namespace cloudpods::actors
