#include "wire/platform_json.hpp"

#include <simdjson.h>

#include "wire/field_codec.hpp"
#include "wire/platform_words.hpp"
#include "wire/pod_views_json.hpp"

namespace cloudpods::wire {

namespace {

/// The plan that was named, with what was sold of it; null where the order named none.
void write_plan_snapshot(json_writer& out, const domain::plan_snapshot& sold) {
  out.key("planSnapshot");
  if (sold.code.empty()) {
    out.value(nullptr);
    return;
  }
  out.begin_object().field("code", sold.code).field("name", sold.name);
  out.key("priceMonthly").hundredths(sold.price_monthly_cents);
  out.field("vcpu", sold.vcpu).field("ramMb", sold.ram_mb).field("storageGb", sold.storage_gb);
  out.field("swapMb", sold.swap_mb).field("bandwidthGb", sold.bandwidth_gb).end_object();
}

void write_last_health(json_writer& out, const domain::pod& pod,
                       const std::optional<domain::instant>& checked = std::nullopt) {
  const bool known = pod.health && pod.health->reading.status != domain::health_status::unknown;
  out.field("lastHealthStatus", known ? std::optional{pod.health->reading.status} : std::nullopt);
  out.field("lastHealthChecked", last_checked(pod, checked));
}

} // namespace

void write_cloud_pod(json_writer& out, const domain::pod& pod) {
  const auto& order = pod.order;
  out.begin_object().field("id", pod.id).field("tenantId", pod.tenant);
  out.field("vmid", order.guest).field("hostname", order.hostname);
  // The platform's `ip` is a text always: empty as long as there is none.
  out.field("ip", order.ip_address.value_or(std::string{}));
  out.field("region", order.region).field("status", platform_word(pod.status));
  write_plan_snapshot(out, order.snapshot);
  out.field("cores", order.cpu_cores).field("memoryMb", order.memory_mb);
  out.field("swapMb", order.swap_mb).field("storage", order.storage);
  out.field("bridge", order.bridge).field("createdAt", pod.created_at);
  out.field("updatedAt", pod.updated_at).field("deletedAt", pod.deleted_at);
  out.field("lastBackupAt", pod.last_backup_at);
  write_last_health(out, pod);
  write_text_or_null(out, "blueprintId", order.blueprint.value);
  out.end_object();
}

void write_platform_job(json_writer& out, const domain::job& job,
                        const std::optional<job_progress>& progress) {
  const auto known = latest_progress(job, progress);
  out.begin_object().field("id", job.id).field("tenantId", job.tenant);
  write_text_or_null(out, "cloudPodId", job.pod.value);
  write_text_or_null(out, "requestedBy", job.user.value);
  out.field("type", platform_word(job.type)).field("status", platform_word(job.status));
  out.key("progress").begin_object();
  write_progress(out, known);
  out.end_object().field("payload", job.payload).key("result");
  encode_value(out, job.result);
  out.field("error", job.error ? std::optional{job.error->message} : std::nullopt);
  out.field("errorCode", job.error ? std::optional{job.error->code} : std::nullopt);
  out.field("waitingOn", known.waiting_on).field("queuePosition", known.queue_position);
  out.field("etaS", known.eta_s).field("retryOf", job.retry_of);
  write_queue_items(out, job);
  out.field("createdAt", job.created_at).field("startedAt", job.started_at);
  out.field("finishedAt", job.finished_at).end_object();
}

void write_platform_event(json_writer& out, std::string_view frame) {
  static thread_local simdjson::dom::parser parser;
  simdjson::dom::object fact;
  if (parser.parse(frame.data(), frame.size()).get(fact) != simdjson::SUCCESS) {
    out.literal(frame);
    return;
  }
  const auto said = [&](std::string_view name) {
    simdjson::dom::element found;
    return fact.at_key(name).get(found) == simdjson::SUCCESS ? simdjson::minify(found) : "null";
  };
  out.begin_object();
  out.key("type").literal(said("category")).key("cloudPodId").literal(said("podId"));
  out.key("createdAt").literal(said("at"));
  for (const auto field : fact)
    if (field.key != "type")
      out.key(field.key).literal(simdjson::minify(field.value));
  out.end_object();
}

void write_platform_blueprint(json_writer& out, const domain::blueprint& blueprint) {
  out.begin_object().field("id", blueprint.code).field("slug", blueprint.code);
  out.field("name", blueprint.name).field("description", blueprint.description);
  out.field("kind", "template").field("guest", blueprint.guest);
  out.field("minDiskGb", blueprint.min_disk_gb).field("isActive", blueprint.is_active);
  out.end_object();
}

std::string platform_health_json(const domain::pod& pod,
                                 const std::optional<domain::instant>& checked,
                                 const std::optional<domain::job_id>& refresh) {
  json_writer out;
  out.begin_object().field("vmid", pod.order.guest);
  write_last_health(out, pod, checked);
  if (refresh)
    out.field("refreshJobId", *refresh);
  return out.end_object().take();
}

} // namespace cloudpods::wire
