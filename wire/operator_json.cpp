#include "wire/operator_json.hpp"

#include <algorithm>

#include "wire/field_codec.hpp"

namespace cloudpods::wire {

namespace {

std::int64_t sum_of(const domain::counts& all) {
  std::int64_t sum = 0;
  for (const auto& [word, count] : all)
    sum += count;
  return sum;
}

std::int64_t count_in(const domain::counts& all, const std::string& word) {
  const auto found = all.find(word);
  return found == all.end() ? 0 : found->second;
}

void write_counts(json_writer& out, std::string_view name, const domain::counts& all) {
  out.key(name).begin_object();
  for (const auto& [word, count] : all)
    out.field(word, count);
  out.end_object();
}

void write_pods(json_writer& out, const domain::platform_figures& figures) {
  domain::counts by_status;
  for (const auto status : domain::words<domain::pod_status>::values)
    if (status != domain::text(domain::pod_status::deleted))
      by_status[std::string{status}] = count_in(figures.pods_by_status, std::string{status});
  out.key("pods").begin_object().field("total", sum_of(figures.pods_by_status));
  write_counts(out, "byStatus", by_status);
  write_counts(out, "byPlan", figures.pods_by_plan);
  out.field("provisioned24h", figures.provisioned).end_object();
}

void write_queue(json_writer& out, const domain::queue_figures& queue, domain::instant now) {
  const auto age =
      queue.oldest_queued
          ? std::chrono::duration_cast<std::chrono::seconds>(now - *queue.oldest_queued)
          : std::chrono::seconds{0};
  out.key("queue").begin_object().field("queued", count_in(queue.by_status, "queued"));
  out.field("running", count_in(queue.by_status, "running"));
  out.field("oldestQueuedS", std::max<std::int64_t>(age.count(), 0)).end_object();
}

void write_names(json_writer& out, std::string_view name,
                 const std::vector<domain::node_name>& nodes) {
  out.key(name).begin_array();
  for (const auto& each : nodes)
    out.value(each);
  out.end_array();
}

} // namespace

std::string stats_json(const domain::platform_figures& figures, const std::vector<node_view>& nodes,
                       domain::instant now) {
  json_writer out{1024 + 2048 * nodes.size()};
  out.begin_object().field("tenants", figures.tenants);
  write_pods(out, figures);
  out.key("mrr").hundredths(figures.monthly_cents);
  out.key("resources").begin_object().field("cpuCores", figures.held.cpu_cores);
  out.field("memoryMb", figures.held.memory_mb).field("diskGb", figures.held.disk_gb).end_object();
  write_queue(out, figures.queue, now);
  out.key("jobs").begin_object().field("succeeded24h", figures.jobs_succeeded);
  out.field("failed24h", figures.jobs_failed).end_object();
  out.key("nodes").begin_array();
  for (const auto& each : nodes)
    write_node(out, each);
  out.end_array();
  out.key("events").begin_object().field("lastSeq", figures.last_seq).end_object();
  out.end_object();
  return out.take();
}

std::string recount_json(const recount_view& view) {
  json_writer out{1024};
  out.begin_object().field("tenantId", view.tenant).field("seq", view.seq);
  out.key("used");
  encode_value(out, view.held.used);
  out.key("reserved");
  encode_value(out, view.held.reserved);
  out.key("differences").begin_array();
  for (const auto& each : view.differences)
    out.begin_object()
        .field("where", each.where)
        .field("podId", each.pod)
        .field("field", each.field)
        .field("expected", each.expected)
        .field("found", each.found)
        .end_object();
  out.end_array();
  write_names(out, "nodesRead", view.nodes_read);
  write_names(out, "nodesAway", view.nodes_away);
  out.end_object();
  return out.take();
}

} // namespace cloudpods::wire
