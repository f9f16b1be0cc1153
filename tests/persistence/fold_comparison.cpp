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

std::string text_of(const domain::pod& pod) {
  std::string error = "NULL";
  if (pod.error)
    error = std::string{domain::text(pod.error->code)} + (pod.error->cleanup_pending ? "+" : "-");
  return pod.id.value + " " + std::string{domain::text(pod.status)} + " " +
         std::string{domain::text(pod.power)} + " " + std::to_string(pod.order.guest) + " " +
         or_null(pod.order.ip_address) + " " + error + " " +
         (pod.current_job ? pod.current_job->value : "NULL") + " " + std::to_string(pod.version) +
         " " + wire::time_text(pod.created_at) + " " + wire::time_text(pod.updated_at) + " " +
         time_or_null(pod.deleted_at) + "\n";
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
      "coalesce(current_job_id, 'NULL'), version, " +
      sql_time("created_at") + ", " + sql_time("updated_at") + ", " + sql_time("deleted_at") +
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
  BOOST_TEST(store.ask("SELECT name FROM cloud_pod_tenants WHERE id = '" + tenant + "'") ==
             state.name);
}

} // namespace cloudpods::persistence
