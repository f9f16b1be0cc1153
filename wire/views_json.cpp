#include "wire/views_json.hpp"

#include "wire/field_codec.hpp"

namespace cloudpods::wire {

namespace {

void write_pod_error(json_writer& out, const std::optional<domain::pod_error>& error) {
  out.key("error");
  if (!error) {
    out.value(nullptr);
    return;
  }
  out.begin_object();
  out.field("code", error->code).field("message", error->message);
  out.field("cleanupPending", error->cleanup_pending).end_object();
}

void write_suspension(json_writer& out, const std::optional<domain::suspension>& suspended) {
  out.key("suspended");
  if (!suspended) {
    out.value(nullptr);
    return;
  }
  out.begin_object().field("at", suspended->at).field("reason", suspended->reason).end_object();
}

domain::health_status health_of(const domain::pod& pod) {
  return pod.health ? pod.health->reading.status : domain::health_status::unknown;
}

void write_item(json_writer& out, const domain::queue_item& item) {
  out.begin_object();
  out.field("id", item.id).field("action", item.action).field("status", item.status);
  out.field("retryCount", item.retry_count);
  out.key("errorMessage");
  if (item.error_message.empty())
    out.value(nullptr);
  else
    out.value(item.error_message);
  out.field("createdAt", item.created_at).field("updatedAt", item.updated_at);
  out.field("processedAt", item.processed_at).end_object();
}

/// What is known of a job's progress where nothing fresher was heard.
job_progress durable_progress(const domain::job& job) {
  job_progress known;
  known.percent = job.status == domain::job_status::success ? 100 : 0;
  for (const auto& item : job.items)
    if (item.open)
      known.step = domain::text(item.open->which);
    else if (item.run_after && !domain::is_terminal(item.status))
      known.message = item.error_message;
  return known;
}

} // namespace

void write_text_or_null(json_writer& out, std::string_view name, const std::string& text) {
  out.key(name);
  if (text.empty())
    out.value(nullptr);
  else
    out.value(text);
}

void write_progress(json_writer& out, const job_progress& progress) {
  out.field("percent", progress.percent);
  write_text_or_null(out, "step", progress.step);
  write_text_or_null(out, "message", progress.message);
}

job_progress latest_progress(const domain::job& job, const std::optional<job_progress>& heard) {
  return heard ? *heard : durable_progress(job);
}

void write_queue_items(json_writer& out, const domain::job& job) {
  out.key("queueItems").begin_array();
  for (const auto& item : job.items)
    write_item(out, item);
  out.end_array();
}

void write_pod(json_writer& out, const domain::pod& pod) {
  const auto& order = pod.order;
  out.begin_object();
  out.field("id", pod.id).field("tenantId", pod.tenant);
  write_text_or_null(out, "userId", order.user.value);
  out.field("kind", order.kind).field("name", order.name).field("hostname", order.hostname);
  // Null of a container that was ordered by its size, and of one that no blueprint built.
  write_text_or_null(out, "planCode", order.plan.value);
  write_text_or_null(out, "blueprint", order.blueprint.value);
  out.field("region", order.region).field("node", order.node).field("vmid", order.guest);
  out.field("ipAddress", order.ip_address).field("status", pod.status);
  out.field("powerState", pod.power).field("cpuCores", order.cpu_cores);
  out.field("memoryMb", order.memory_mb).field("swapMb", order.swap_mb);
  out.field("diskGb", order.disk_gb).field("pendingReboot", pod.pending_reboot);
  out.field("storage", order.storage).field("bridge", order.bridge);
  out.field("subscriptionId", order.subscription).field("primaryDomain", order.primary_domain);
  out.key("metadata");
  encode_value(out, order.metadata);
  write_suspension(out, pod.suspended);
  out.field("protected", pod.is_protected);
  out.field("currentJobId", pod.current_job);
  out.key("health").begin_object().field("status", health_of(pod)).end_object();
  out.field("lastBackupAt", pod.last_backup_at);
  write_pod_error(out, pod.error);
  out.field("version", pod.version).field("createdAt", pod.created_at);
  out.field("updatedAt", pod.updated_at).field("deletedAt", pod.deleted_at);
  out.end_object();
}

void write_job(json_writer& out, const domain::job& job,
               const std::optional<job_progress>& progress) {
  const auto known = latest_progress(job, progress);
  out.begin_object();
  out.field("id", job.id).field("tenantId", job.tenant);
  write_text_or_null(out, "userId", job.user.value);
  // Of a stack's job: null, it has several.
  write_text_or_null(out, "podId", job.pod.value);
  out.field("type", job.type).field("status", job.status);
  out.key("progress").begin_object();
  write_progress(out, known);
  out.end_object();
  out.field("payload", job.payload);
  out.key("result");
  if (job.result)
    encode(out, *job.result);
  else
    out.value(nullptr);
  out.key("error");
  if (job.error)
    out.begin_object()
        .field("code", job.error->code)
        .field("message", job.error->message)
        .end_object();
  else
    out.value(nullptr);
  out.field("waitingOn", known.waiting_on).field("queuePosition", known.queue_position);
  out.field("etaS", known.eta_s);
  out.field("retryOf", job.retry_of);
  write_queue_items(out, job);
  out.field("createdAt", job.created_at).field("startedAt", job.started_at);
  out.field("finishedAt", job.finished_at).end_object();
}

void write_plan(json_writer& out, const domain::plan& plan) {
  out.begin_object();
  out.field("code", plan.code).field("name", plan.name).field("description", plan.description);
  out.key("priceMonthly").hundredths(plan.price_monthly_cents);
  out.field("vcpu", plan.vcpu).field("ramMb", plan.ram_mb).field("storageGb", plan.storage_gb);
  out.field("swapMb", plan.swap_mb).field("bandwidthGb", plan.bandwidth_gb);
  write_text_or_null(out, "backupPolicy", plan.backup_policy);
  out.field("isActive", plan.is_active).end_object();
}

void write_quota(json_writer& out, const quota_summary& summary) {
  const auto& most = summary.limit.most;
  const auto held = summary.held.held();
  const auto left = domain::available(summary.limit, held);
  bool over = false;
  const auto write_amounts = [&](std::string_view name, const domain::resources& amounts) {
    out.key(name);
    encode(out, amounts);
  };
  const auto write_left = [&](std::string_view name) {
    out.key(name).begin_object();
    for (const auto& each : domain::dimensions) {
      out.key(each.name);
      if (most.*each.amount < 0)
        out.value(nullptr);
      else
        out.value(left.*each.amount);
    }
    out.end_object();
  };
  out.begin_object();
  out.field("tenantId", summary.tenant).field("source", summary.source);
  out.key("limits").begin_object();
  for (const auto& each : domain::dimensions)
    out.field(each.name, most.*each.amount);
  for (const auto& each : domain::dimensions) {
    out.field("max_" + std::string{each.field}, most.*each.amount);
    over = over || (most.*each.amount >= 0 && held.*each.amount > most.*each.amount);
  }
  out.end_object();
  write_amounts("used", summary.held.used);
  write_amounts("reserved", summary.held.reserved);
  write_amounts("usage", held);
  write_left("available");
  write_left("remaining");
  out.field("overLimit", over).end_object();
}

std::string pod_json(const domain::pod& pod) {
  json_writer out{1024};
  write_pod(out, pod);
  return out.take();
}

std::string job_json(const domain::job& job, const std::optional<job_progress>& progress) {
  json_writer out{1024};
  write_job(out, job, progress);
  return out.take();
}

std::string quota_json(const quota_summary& summary) {
  json_writer out;
  write_quota(out, summary);
  return out.take();
}

std::string progress_frame(const domain::job_id& job, const domain::pod_id& pod,
                           const job_progress& progress) {
  json_writer out{256};
  out.begin_object().field("type", "progress").field("jobId", job);
  write_text_or_null(out, "podId", pod.value);
  write_progress(out, progress);
  return out.end_object().take();
}

} // namespace cloudpods::wire
