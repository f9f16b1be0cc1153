#pragma once

#include <string_view>

// What FocalPilot's rules ask the tables, and where they keep since when a pod is busy.

namespace cloudpods::persistence {

/// $1 vmids, $2 nodes, $3 high, $4 idle, $5 now, $6 and $7: how long a silence breaks a row.
inline constexpr std::string_view loads_sql =
    "WITH told AS (SELECT * FROM unnest($1, $2, $3, $4) AS u(vmid, node, high, idle)) "
    "INSERT INTO cloud_pod_loads AS l (pod_id, high_since, idle_since, read_at) "
    "SELECT p.id, CASE WHEN t.high THEN $5 END, CASE WHEN t.idle THEN $5 END, $5 "
    "FROM told t JOIN cloud_pods p ON p.vmid = t.vmid AND p.node = t.node "
    "WHERE p.status = 'active' ORDER BY p.id ON CONFLICT (pod_id) DO UPDATE SET "
    "high_since = CASE WHEN EXCLUDED.high_since IS NULL THEN NULL "
    "WHEN l.read_at < $6 THEN $5 ELSE coalesce(l.high_since, $5) END, "
    "idle_since = CASE WHEN EXCLUDED.idle_since IS NULL THEN NULL "
    "WHEN l.read_at < $7 THEN $5 ELSE coalesce(l.idle_since, $5) END, read_at = $5";

/// $1 and $2: since when it must be so.
inline constexpr std::string_view loaded_sql =
    "SELECT p.tenant_id, p.id, p.vmid, p.kind, p.cpu_cores, p.memory_mb, "
    "coalesce(l.high_since <= $1, false) FROM cloud_pod_loads l "
    "JOIN cloud_pods p ON p.id = l.pod_id LEFT JOIN LATERAL "
    "(SELECT bool_or(j.finished_at IS NULL) AS goes_on, max(j.finished_at) AS ended "
    "FROM cloud_pod_jobs j WHERE j.pod_id = p.id AND j.type = 'scale') s ON true "
    // Of an older size, or of a guest that nobody saw lately, it says nothing.
    "WHERE p.status = 'active' AND NOT p.pending_reboot AND l.read_at >= $1 "
    "AND NOT coalesce(s.goes_on, false) "
    "AND ((l.high_since <= $1 AND coalesce(s.ended <= $1, true)) "
    "OR (l.idle_since <= $2 AND coalesce(s.ended <= $2, true))) ORDER BY p.id LIMIT $3";

/// $1 how many seconds after it was told the last check must have been.
inline constexpr std::string_view unhealthy_sql =
    "SELECT p.tenant_id, p.id, p.vmid, e.seq FROM cloud_pods p CROSS JOIN LATERAL "
    "(SELECT c.seq, c.created_at FROM cloud_pod_events c WHERE c.pod_id = p.id "
    "AND c.name = 'pod.health_changed' ORDER BY c.pod_id, c.seq DESC LIMIT 1) e "
    "WHERE p.status = 'active' AND p.last_health_status = 'critical' "
    "AND p.last_health_checked >= e.created_at + $1 * interval '1 second' ORDER BY p.id LIMIT $2";

/// $1, $2 plans, $3, $4 tenants' plans, $5 now.
inline constexpr std::string_view overdue_sql =
    "WITH by_plan AS (SELECT * FROM unnest($1, $2) AS r(name, hours)), "
    "by_tier AS (SELECT * FROM unnest($3, $4) AS r(name, hours)) "
    "SELECT p.tenant_id, p.id, p.vmid, coalesce(a.hours, b.hours) FROM cloud_pods p "
    "LEFT JOIN cloud_pod_tenants t ON t.id = p.tenant_id "
    "LEFT JOIN by_plan a ON a.name = p.plan_code LEFT JOIN by_tier b ON b.name = t.plan_id "
    "WHERE p.status = 'active' AND coalesce(a.hours, b.hours) IS NOT NULL "
    "AND coalesce(p.last_backup_at, p.created_at) "
    "+ 2 * coalesce(a.hours, b.hours) * interval '1 hour' <= $5 ORDER BY p.id LIMIT $6";

} // namespace cloudpods::persistence
