#include <algorithm>
#include <cassert>

#include "persistence/row_patch.hpp"

namespace cloudpods::persistence {

namespace {

using enum column_type;

const table pods{"cloud_pods",
                 "id",
                 {{"tenant_id", text},
                  {"user_id", text},
                  {"kind", text},
                  {"name", text},
                  {"hostname", text},
                  {"plan_code", text},
                  {"blueprint", text},
                  {"plan_snapshot", json},
                  {"subscription_id", text},
                  {"primary_domain", text},
                  {"metadata", json},
                  {"suspended_at", time},
                  {"suspend_reason", text},
                  {"protected", boolean},
                  {"error", json},
                  {"cleanup_pending", boolean},
                  {"pending_reboot", boolean},
                  {"power_wanted", text},
                  {"current_job_id", text},
                  {"vmid", integer},
                  {"node", text},
                  {"region", text},
                  {"ip_address", address},
                  {"status", text},
                  {"power_state", text},
                  {"cpu_cores", integer},
                  {"memory_mb", integer},
                  {"swap_mb", integer},
                  {"disk_gb", integer},
                  {"storage", text},
                  {"bridge", text},
                  {"provisioning_state", json},
                  {"last_backup_at", time},
                  {"last_health_status", text},
                  {"last_health_power", text},
                  {"last_health_reachable", boolean},
                  {"version", integer},
                  {"created_at", time},
                  {"updated_at", time},
                  {"deleted_at", time}},
                 {"last_health_checked"}};

const table queue{"cloud_pod_queue",
                  "id",
                  {{"pod_id", text},
                   {"job_id", text},
                   {"action", text},
                   {"payload", json},
                   {"status", text},
                   {"retry_count", integer},
                   {"error_message", text},
                   {"created_at", time},
                   {"updated_at", time},
                   {"processed_at", time},
                   {"run_after", time}},
                  {}};

const table jobs{"cloud_pod_jobs",
                 "id",
                 {{"tenant_id", text},
                  {"user_id", text},
                  {"pod_id", text},
                  {"type", text},
                  {"status", text},
                  {"queue_item_ids", json},
                  {"payload", json},
                  {"result", json},
                  {"error", json},
                  {"retry_of", text},
                  {"created_at", time},
                  {"started_at", time},
                  {"finished_at", time},
                  {"updated_at", time}},
                 {}};

const table quotas{"cloud_pod_quotas",
                   "tenant_id",
                   {{"max_pods", integer},
                    {"max_cpu_cores", integer},
                    {"max_memory_mb", integer},
                    {"max_disk_gb", integer},
                    {"used_pods", integer},
                    {"used_cpu_cores", integer},
                    {"used_memory_mb", integer},
                    {"used_disk_gb", integer},
                    {"reserved_pods", integer},
                    {"reserved_cpu_cores", integer},
                    {"reserved_memory_mb", integer},
                    {"reserved_disk_gb", integer}},
                   {}};

const table tenants{"cloud_pod_tenants",
                    "id",
                    {{"name", text},
                     {"slug", text},
                     {"plan_id", text},
                     {"owner_id", text},
                     {"region", text},
                     {"created_at", time},
                     {"updated_at", time}},
                    {}};

const table users{"cloud_pod_users",
                  "id",
                  {{"email", text}, {"name", text}, {"created_at", time}, {"updated_at", time}},
                  {}};

const table backups{"cloud_pod_backups",
                    "id",
                    {{"pod_id", text},
                     {"tenant_id", text},
                     {"job_id", text},
                     {"vmid", integer},
                     {"storage", text},
                     {"volume", text},
                     {"size_bytes", integer},
                     {"mode", text},
                     {"by_policy", boolean},
                     {"status", text},
                     {"delete_reason", text},
                     {"created_at", time},
                     {"deleted_at", time}},
                    {}};

const table deployments{"cloud_pod_deployments",
                        "id",
                        {{"tenant_id", text},
                         {"user_id", text},
                         {"slug", text},
                         {"status", text},
                         {"on_failure", text},
                         {"job_id", text},
                         {"pod_ids", json},
                         {"definition", json},
                         {"parameters", json},
                         {"error", json},
                         {"created_at", time},
                         {"updated_at", time}},
                        {}};

// Those of kind `template` are copied from the configuration.
const table blueprints{"cloud_pod_blueprints",
                       "code",
                       {{"kind", text},
                        {"name", text},
                        {"description", text},
                        {"definition", json},
                        {"is_active", boolean}},
                       {},
                       "kind = 'stack'"};

const table recommendations{"cloud_pod_recommendations",
                            "id",
                            {{"tenant_id", text},
                             {"pod_id", text},
                             {"vmid", integer},
                             {"node", text},
                             {"rule", text},
                             {"subject", text},
                             {"severity", text},
                             {"issue", text},
                             {"recommended_actions", json},
                             {"evidence", json},
                             {"status", text},
                             {"job_ids", json},
                             {"automatic", boolean},
                             {"reason", text},
                             {"opened_seq", integer},
                             {"created_at", time},
                             {"updated_at", time}},
                            {}};

const table drift{"cloud_pod_drift",
                  "id",
                  {{"kind", text},
                   {"status", text},
                   {"tenant_id", text},
                   {"pod_id", text},
                   {"node", text},
                   {"vmid", integer},
                   {"guest_kind", text},
                   {"name", text},
                   {"expected", text},
                   {"found", text},
                   {"message", text},
                   {"job_id", text},
                   {"reason", text},
                   {"resolution", text},
                   {"detected_at", time},
                   {"resolved_at", time},
                   {"updated_at", time}},
                  {}};

} // namespace

std::size_t table::index(std::string_view column_name) const {
  const auto found = std::ranges::find(columns, column_name, &column::name);
  assert(found != columns.end());
  return static_cast<std::size_t>(found - columns.begin());
}

const table& pods_table() { return pods; }
const table& queue_table() { return queue; }
const table& jobs_table() { return jobs; }
const table& quotas_table() { return quotas; }
const table& tenants_table() { return tenants; }
const table& users_table() { return users; }
const table& backups_table() { return backups; }
const table& deployments_table() { return deployments; }
const table& blueprints_table() { return blueprints; }
const table& recommendations_table() { return recommendations; }
const table& drift_table() { return drift; }

const std::vector<const table*>& projections() {
  static const std::vector<const table*> all{&tenants,    &users,           &quotas,  &pods,
                                             &jobs,       &queue,           &backups, &deployments,
                                             &blueprints, &recommendations, &drift};
  return all;
}

} // namespace cloudpods::persistence
