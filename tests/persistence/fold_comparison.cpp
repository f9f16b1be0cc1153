#include "fold_comparison.hpp"

#include <sstream>

#include "domain/tenant.hpp"
#include "wire/json_writer.hpp"

namespace cloudpods::persistence {

namespace {

std::string or_null(const std::optional<std::string>& text) { return text.value_or("NULL"); }

std::string time_or_null(const std::optional<domain::instant>& at) {
  return at ? wire::time_text(*at) : "NULL";
}

std::string text_of(const domain::resources& r) {
  return std::to_string(r.pods) + "/" + std::to_string(r.cpu_cores) + "/" +
         std::to_string(r.memory_mb) + "/" + std::to_string(r.disk_gb);
}

std::string word(bool yes) { return yes ? "t" : "f"; }

/// What a pod that lives may change.
std::string life_of(const domain::pod& pod) {
  const auto sizes = pod.sizes();
  const auto& suspended = pod.suspended;
  const bool wants = pod.wanted != domain::power_state::unknown;
  return std::to_string(sizes.cpu_cores) + "/" + std::to_string(sizes.memory_mb) + "/" +
         std::to_string(sizes.swap_mb) + "/" + std::to_string(sizes.disk_gb) + " " +
         pod.order.plan.value + " " + pod.order.snapshot.code.value + " " +
         std::to_string(pod.order.snapshot.vcpu) + " " +
         (wants ? std::string{domain::text(pod.wanted)} : "NULL") + " " + word(pod.is_protected) +
         " " + word(pod.pending_reboot) + " " +
         (suspended ? wire::time_text(suspended->at) + " " + suspended->reason : "NULL NULL") +
         " " + (pod.health ? std::string{domain::text(pod.health->reading.status)} : "NULL") + " " +
         time_or_null(pod.last_backup_at);
}

std::string backups_of(const domain::tenant_state& state) {
  std::map<std::string, std::string> lines;
  for (const auto& [id, record] : state.pods)
    for (const auto& each : record->pod.backups)
      lines[each.id] = each.id + " " + id.value + " " + std::to_string(record->pod.order.guest) +
                       " " + each.archive.volume + " " + std::to_string(each.archive.size_bytes) +
                       " " + std::string{domain::text(each.mode)} + " " + word(each.by_policy) +
                       " " + wire::time_text(each.created_at) + "\n";
  std::string text;
  for (const auto& [id, line] : lines)
    text += line;
  return text;
}

std::string text_of(const domain::quota_changed& own) {
  std::string text;
  for (const auto& each : {own.max_pods, own.max_cpu_cores, own.max_memory_mb, own.max_disk_gb})
    text += (each ? std::to_string(*each) : "NULL") + "/";
  return text;
}

std::string text_of(const domain::pod& pod) {
  std::string error = "NULL";
  if (pod.error)
    error = std::string{domain::text(pod.error->code)} + (pod.error->cleanup_pending ? "+" : "-");
  return pod.id.value + " " + std::string{domain::text(pod.status)} + " " +
         std::string{domain::text(pod.power)} + " " + std::to_string(pod.order.guest) + " " +
         or_null(pod.order.ip_address) + " " + error + " " +
         (pod.current_job ? pod.current_job->value : "NULL") + " " + std::to_string(pod.version) +
         " " + life_of(pod) + " " + wire::time_text(pod.created_at) + " " +
         wire::time_text(pod.updated_at) + " " + time_or_null(pod.deleted_at) + "\n";
}

std::string text_of(const domain::job& job) {
  std::string text = job.id.value + " " + std::string{domain::text(job.type)} + " " +
                     std::string{domain::text(job.status)} + " " + time_or_null(job.started_at) +
                     " " + time_or_null(job.finished_at) + " " + wire::time_text(job.updated_at) +
                     "\n";
  for (const auto& item : job.items)
    text += "  " + item.id.value + " " + std::string{domain::text(item.action)} + " " +
            std::string{domain::text(item.status)} + " " + std::to_string(item.retry_count) + " '" +
            item.error_message + "' " + wire::time_text(item.updated_at) + " " +
            time_or_null(item.processed_at) + " " + time_or_null(item.run_after) + "\n";
  return text;
}

std::string sql_time(const std::string& column) {
  return "coalesce(to_char(" + column + ", 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), 'NULL')";
}

std::string stored_pods(const store_fixture& store, const std::string& tenant) {
  return store.ask(
      "SELECT string_agg(concat_ws(' ', id, status, power_state, vmid, coalesce(host(ip_address), "
      "'NULL'), CASE WHEN error IS NULL THEN 'NULL' ELSE (error ->> 'code') || CASE WHEN (error "
      "->> "
      "'cleanupPending')::bool AND cleanup_pending THEN '+' ELSE '-' END END, "
      "coalesce(current_job_id, 'NULL'), version, "
      "concat_ws('/', cpu_cores, memory_mb, swap_mb, disk_gb), plan_code, "
      "plan_snapshot ->> 'code', plan_snapshot ->> 'vcpu', coalesce(power_wanted, 'NULL'), "
      "protected, pending_reboot, " +
      sql_time("suspended_at") +
      ", coalesce(suspend_reason, 'NULL'), coalesce(last_health_status, 'NULL'), " +
      sql_time("last_backup_at") + ", " + sql_time("created_at") + ", " + sql_time("updated_at") +
      ", " + sql_time("deleted_at") +
      ") || E'\\n', '' ORDER BY id COLLATE \"C\") FROM cloud_pods WHERE tenant_id = '" + tenant +
      "'");
}

std::string stored_jobs(const store_fixture& store, const std::string& tenant) {
  const auto item = "SELECT string_agg('  ' || concat_ws(' ', q.id, action, q.status, retry_count, "
                    "'''' || coalesce(error_message, '') || '''', " +
                    sql_time("q.updated_at") + ", " + sql_time("processed_at") + ", " +
                    sql_time("run_after") +
                    ") || E'\\n', '' ORDER BY place) FROM jsonb_array_elements_text("
                    "j.queue_item_ids) WITH ORDINALITY AS l(id, place) JOIN cloud_pod_queue q "
                    "ON q.id = l.id AND q.job_id = j.id AND q.pod_id = j.pod_id";
  return store.ask("SELECT string_agg(concat_ws(' ', id, type, status, " + sql_time("started_at") +
                   ", " + sql_time("finished_at") + ", " + sql_time("updated_at") +
                   ") || E'\\n' || coalesce((" + item +
                   "), ''), '' ORDER BY id COLLATE \"C\") FROM cloud_pod_jobs j WHERE tenant_id = "
                   "'" +
                   tenant + "'");
}

std::string stored_backups(const store_fixture& store, const std::string& tenant) {
  return store.ask("SELECT string_agg(concat_ws(' ', id, pod_id, vmid, volume, size_bytes, mode, "
                   "by_policy, " +
                   sql_time("created_at") +
                   ") || E'\\n', '' ORDER BY id COLLATE \"C\") FROM cloud_pod_backups "
                   "WHERE status = 'available' AND storage = 'backups' AND tenant_id = '" +
                   tenant + "'");
}

std::string stored_limits(const store_fixture& store, const std::string& tenant) {
  return store.ask("SELECT concat_ws('/', coalesce(max_pods::text, 'NULL'), "
                   "coalesce(max_cpu_cores::text, 'NULL'), coalesce(max_memory_mb::text, 'NULL'), "
                   "coalesce(max_disk_gb::text, 'NULL'), '') FROM cloud_pod_quotas "
                   "WHERE tenant_id = '" +
                   tenant + "'");
}

std::string stored_tenant(const store_fixture& store, const std::string& tenant) {
  return store.ask("SELECT concat_ws(' ', name, coalesce(slug, 'NULL'), coalesce(plan_id, 'NULL'), "
                   "coalesce(region, 'NULL'), coalesce((SELECT concat_ws(' ', u.id, u.email, "
                   "u.name) FROM cloud_pod_users u WHERE u.id = t.owner_id), 'NULL')) "
                   "FROM cloud_pod_tenants t WHERE id = '" +
                   tenant + "'");
}

std::string text_of(const domain::tenant_state& state) {
  const auto& owner = state.owner;
  return state.name + " " + or_null(state.slug) + " " + or_null(state.plan) + " " +
         or_null(state.region) + " " +
         (owner ? owner->id + " " + owner->email + " " + owner->name : "NULL");
}

std::string stored_quota(const store_fixture& store, const std::string& tenant) {
  return store.ask("SELECT concat_ws('/', used_pods, used_cpu_cores, used_memory_mb, used_disk_gb) "
                   "|| ' ' || concat_ws('/', reserved_pods, reserved_cpu_cores, "
                   "reserved_memory_mb, reserved_disk_gb) FROM cloud_pod_quotas "
                   "WHERE tenant_id = '" +
                   tenant + "'");
}

/// Compares line by line, so that a difference is seen at once.
void compare(const std::string& stored, const std::string& folded) {
  std::istringstream left{stored == "NULL" ? "" : stored};
  std::istringstream right{folded};
  std::string one;
  std::string other;
  while (std::getline(left, one) && std::getline(right, other))
    BOOST_TEST(one == other);
  BOOST_TEST(stored.size() == (folded.empty() ? 4 : folded.size()));
}

} // namespace

void compare_with_fold(const store_fixture& store, const std::string& tenant) {
  domain::tenant_state state;
  state.id = domain::tenant_id{tenant};
  auto reader = store.reader();
  for (const auto& each : good(reader.tenant_history(state.id)).events)
    domain::evolve(state, each.event);
  std::string pods;
  for (const auto& [id, record] : state.pods)
    pods += text_of(record->pod);
  std::string jobs;
  for (const auto& [id, job] : state.jobs)
    jobs += text_of(*job);
  compare(stored_pods(store, tenant), pods);
  compare(stored_jobs(store, tenant), jobs);
  BOOST_TEST(stored_quota(store, tenant) ==
             text_of(state.held.used) + " " + text_of(state.held.reserved));
  compare(stored_backups(store, tenant), backups_of(state));
  BOOST_TEST(stored_limits(store, tenant) == text_of(state.own_limits));
  BOOST_TEST(stored_tenant(store, tenant) == text_of(state));
}

} // namespace cloudpods::persistence
