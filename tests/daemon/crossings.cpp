#include "daemon/crossings.hpp"

namespace cloudpods::tests {

namespace {

const std::map<std::string, crossing> own_family{
    {"GET /healthz", {way::public_}},
    {"GET /readyz", {way::public_}},
    {"GET /metrics", {way::in_lists}},
    {"GET /openapi.json", {way::public_}},
    {"GET /api/cloud-pods/plans", {way::public_}},
    {"GET /api/cloud-pods/plans/{code}", {way::public_}},
    {"GET /api/cloud-pods/compare", {way::public_}},
    {"GET /api/cloud-pods/blueprints", {way::public_}},
    {"GET /api/cloud-pods/blueprints/{code}", {way::public_}},
    {"GET /api/cloud-pods/events/stream", {way::by_stream}},
    {"GET /api/cloud-pods/events/sse", {way::by_stream}},
    {"POST /api/cloud-pods/events/tickets", {way::by_stream}},

    {"POST /api/cloud-pods/order",
     {way::by_query, R"({"planCode":"starter","name":"mine","tenantId":"@tenant"})"}},
    {"GET /api/cloud-pods", {way::in_lists, {}, "?tenantId=@tenant"}},
    {"GET /api/cloud-pods/jobs", {way::in_lists, {}, "?tenantId=@tenant"}},
    {"GET /api/cloud-pods/events", {way::in_lists, {}, "?podId=@pod"}},
    {"GET /api/cloud-pods/my-quota", {way::in_lists, {}, "?tenantId=@tenant"}},
    {"GET /api/cloud-pods/check-quota", {way::in_lists, {}, "?planCode=starter&tenantId=@tenant"}},

    {"GET /api/cloud-pods/{ref}", {}},
    {"DELETE /api/cloud-pods/{ref}", {}},
    {"POST /api/cloud-pods/{ref}/destroy", {way::by_path, R"({"reason":"x"})"}},
    {"POST /api/cloud-pods/{ref}/scale", {way::by_path, R"({"cpuCores":2})"}},
    {"POST /api/cloud-pods/{ref}/backup", {way::by_path, R"({"mode":"snapshot"})"}},
    {"POST /api/cloud-pods/{ref}/restore", {way::by_path, R"({"backupId":"@backup"})"}},
    {"POST /api/cloud-pods/{ref}/start", {}},
    {"POST /api/cloud-pods/{ref}/stop", {}},
    {"POST /api/cloud-pods/{ref}/reboot", {}},
    {"POST /api/cloud-pods/{ref}/restart", {}},
    {"POST /api/cloud-pods/{ref}/suspend", {}},
    {"POST /api/cloud-pods/{ref}/resume", {}},
    {"POST /api/cloud-pods/{ref}/sync", {}},
    {"POST /api/cloud-pods/{ref}/snapshots", {way::by_path, R"({"name":"before"})"}},
    {"DELETE /api/cloud-pods/{ref}/snapshots/{name}", {}},
    {"POST /api/cloud-pods/{ref}/snapshots/{name}/rollback", {}},
    {"PUT /api/cloud-pods/{ref}/protection", {way::by_path, R"({"protected":true})"}},
    {"GET /api/cloud-pods/{ref}/backups", {}},
    {"GET /api/cloud-pods/{ref}/snapshots", {}},
    {"GET /api/cloud-pods/{ref}/health", {}},
    {"GET /api/cloud-pods/{ref}/jobs", {}},
    {"GET /api/cloud-pods/{ref}/events", {}},
    {"GET /api/cloud-pods/jobs/{id}", {}},
    {"POST /api/cloud-pods/jobs/{id}/cancel", {}},
    {"POST /api/cloud-pods/jobs/{id}/retry", {}},
    {"GET /api/cloud-pods/tenants/{id}/quota", {}},
    {"POST /api/cloud-pods/tenants/{id}/quota", {way::by_path, R"({"maxPods":9})"}},
    {"POST /api/cloud-pods/tenants/{id}/quota/recalculate", {}},
    {"GET /api/cloud-pods/admin/stats", {way::in_lists}},
    {"GET /api/cloud-pods/admin/events", {way::in_lists, {}, "?podId=@pod"}},
    {"GET /api/cloud-pods/admin/tenants", {way::in_lists}},
    {"PUT /api/cloud-pods/admin/tenants/{id}", {way::by_path, R"({"name":"Mine"})"}},
    {"GET /api/cloud-pods/admin/tenant-plans", {way::public_}},
    {"GET /api/cloud-pods/admin/nodes", {way::public_}},
    {"GET /api/cloud-pods/admin/nodes/{name}", {way::public_}},
    {"POST /api/cloud-pods/admin/nodes/{name}/drain", {way::public_}},
    {"POST /api/cloud-pods/admin/nodes/{name}/resume", {way::public_}},
    {"GET /api/cloud-pods/admin/drift", {way::in_lists}},
    {"POST /api/cloud-pods/admin/drift/{id}/adopt", {way::by_path, R"({"tenantId":"@tenant"})"}},
    {"POST /api/cloud-pods/admin/drift/{id}/forget", {}},
    {"POST /api/cloud-pods/admin/drift/{id}/ignore", {}},
    {"POST /api/cloud-pods/admin/reconcile", {way::public_}},
};

/// Contract 7: under `/api/internal` too.
const std::map<std::string, crossing> platforms_family{
    {"POST /internal/cloudpods", {way::by_query, R"({"hostname":"mine","tenantId":"@tenant"})"}},
    {"GET /internal/cloudpods", {way::in_lists, {}, "?tenantId=@tenant"}},
    {"GET /internal/tenants/{tenantId}/cloudpods", {}},
    {"GET /internal/tenants/{tenantId}/quota", {}},

    {"GET /internal/cloudpods/{vmid}", {}},
    {"POST /internal/cloudpods/{vmid}/destroy", {way::by_path, R"({"reason":"x"})"}},
    {"POST /internal/cloudpods/{vmid}/backup", {way::by_path, R"({"mode":"snapshot"})"}},
    {"POST /internal/cloudpods/{vmid}/scale", {way::by_path, R"({"newCores":2})"}},
    {"POST /internal/cloudpods/{vmid}/start", {}},
    {"POST /internal/cloudpods/{vmid}/stop", {}},
    {"POST /internal/cloudpods/{vmid}/reboot", {}},
    {"POST /internal/cloudpods/{vmid}/suspend", {}},
    {"POST /internal/cloudpods/{vmid}/resume", {}},
    {"POST /internal/cloudpods/{vmid}/sync", {}},
    {"POST /internal/cloudpods/{vmid}/health", {}},
    {"GET /internal/cloudpods/{vmid}/health", {}},
    {"GET /internal/cloudpods/{vmid}/jobs", {}},
    {"GET /internal/cloudpods/{vmid}/events", {}},
    {"GET /internal/jobs/{id}", {}},
    {"POST /internal/jobs/{id}/cancel", {}},
    {"GET /internal/focalpilot/recommendations", {way::in_lists, {}, "?tenantId=@tenant"}},
    {"POST /internal/focalpilot/recommendations",
     {way::by_query, R"({"tenantId":"@tenant","cloudPodVmid":@vmid,"severity":"info","issue":"x",)"
                     R"("recommendedActions":[{"type":"RUN_BACKUP"}]})"}},
    {"POST /internal/focalpilot/recommendations/{id}/apply", {}},
    {"POST /internal/focalpilot/recommendations/{id}/dismiss", {way::by_path, R"({"reason":"x"})"}},
    {"GET /internal/blueprints", {way::public_}},
    {"GET /internal/blueprints/{slug}", {way::public_}},
    {"PUT /internal/blueprints/{slug}", {way::public_}},
    {"POST /internal/blueprints/{slug}/deploy", {way::by_query, R"({"tenantId":"@tenant"})"}},
    {"GET /internal/deployments/{id}", {}},
    {"POST /internal/deployments/{id}/destroy", {way::by_path, R"({"reason":"x"})"}},
};

} // namespace

std::map<std::string, crossing> crossings() {
  auto all = own_family;
  for (const auto& [operation, as] : platforms_family) {
    const auto path = operation.find('/');
    all.emplace(operation, as);
    all.emplace(operation.substr(0, path) + "/api" + operation.substr(path), as);
  }
  return all;
}

} // namespace cloudpods::tests
