#include "http/routes.hpp"

#include <array>

#include "http/handlers.hpp"

namespace cloudpods::http {

namespace {

using enum verb;
using domain::item_action;
constexpr auto token = access::token;
constexpr auto anyone = access::anyone;
constexpr auto operators = access::operators;
constexpr auto scrapers = access::scrapers;

// clang-format off
constexpr std::array table{
  route{get,  "/healthz",                             operators, {},                     healthz},
  route{get,  "/readyz",                              operators, {},                     readyz},
  route{get,  "/metrics",                             scrapers,  {},                     scrape},
  route{get,  "/openapi.json",                        anyone,    {},                     openapi},

  route{get,  "/api/cloud-pods/plans",                anyone,    {},                     list_plans},
  route{get,  "/api/cloud-pods/plans/{code}",         anyone,    {},                     get_plan},
  route{get,  "/api/cloud-pods/compare",              anyone,    {},                     compare_plans},

  route{post, "/api/cloud-pods/order",                token,     action::order,          place_order},
  route{get,  "/api/cloud-pods",                      token,     action::read,           list_pods},
  route{get,  "/api/cloud-pods/{ref}",                token,     action::read,           get_pod},
  route{del,  "/api/cloud-pods/{ref}",                token,     action::destroy,        destroy_pod},
  route{post, "/api/cloud-pods/{ref}/destroy",        token,     action::destroy,        destroy_pod},

  route{post, "/api/cloud-pods/{ref}/scale",          token,     action::scale,          act_on_pod<item_action::scale>},
  route{post, "/api/cloud-pods/{ref}/backup",         token,     action::backup,         act_on_pod<item_action::backup>},
  route{post, "/api/cloud-pods/{ref}/restore",        token,     action::restore,        act_on_pod<item_action::restore>},
  route{post, "/api/cloud-pods/{ref}/start",          token,     action::power,          act_on_pod<item_action::start>},
  route{post, "/api/cloud-pods/{ref}/stop",           token,     action::power,          act_on_pod<item_action::stop>},
  route{post, "/api/cloud-pods/{ref}/reboot",         token,     action::power,          act_on_pod<item_action::reboot>},
  route{post, "/api/cloud-pods/{ref}/restart",        token,     action::power,          act_on_pod<item_action::reboot>},
  route{post, "/api/cloud-pods/{ref}/suspend",        token,     action::suspend,        act_on_pod<item_action::suspend>},
  route{post, "/api/cloud-pods/{ref}/resume",         token,     action::suspend,        act_on_pod<item_action::resume>},
  route{post, "/api/cloud-pods/{ref}/sync",           token,     action::power,          act_on_pod<item_action::sync>},
  route{post, "/api/cloud-pods/{ref}/snapshots",      token,     action::snapshot,       act_on_pod<item_action::snapshot>},
  route{del,  "/api/cloud-pods/{ref}/snapshots/{name}",           token, action::snapshot, act_on_pod<item_action::delete_snapshot>},
  route{post, "/api/cloud-pods/{ref}/snapshots/{name}/rollback",  token, action::rollback, act_on_pod<item_action::rollback>},
  route{put,  "/api/cloud-pods/{ref}/protection",     token,     action::protect,        protect_pod},
  route{get,  "/api/cloud-pods/{ref}/backups",        token,     action::read,           list_backups},
  route{get,  "/api/cloud-pods/{ref}/snapshots",      token,     action::read,           list_snapshots},
  route{get,  "/api/cloud-pods/{ref}/health",         token,     action::read,           get_health},
  route{get,  "/api/cloud-pods/{ref}/jobs",           token,     action::read,           list_pod_jobs},
  route{get,  "/api/cloud-pods/{ref}/events",         token,     action::read,           list_pod_events},

  route{get,  "/api/cloud-pods/jobs",                 token,     action::read,           list_jobs},
  route{get,  "/api/cloud-pods/jobs/{id}",            token,     action::read,           get_job},

  // Who may is said by the kind of the job.
  route{post, "/api/cloud-pods/jobs/{id}/cancel",     token,     {},                     cancel_job},
  route{post, "/api/cloud-pods/jobs/{id}/retry",      token,     {},                     retry_job},

  route{get,  "/api/cloud-pods/blueprints",           token,     action::read,           list_blueprints},
  route{get,  "/api/cloud-pods/blueprints/{code}",    token,     action::read,           get_blueprint},

  route{get,  "/api/cloud-pods/my-quota",             token,     action::read_quota,     my_quota},
  route{get,  "/api/cloud-pods/check-quota",          token,     action::read_quota,     check_quota},
  route{get,  "/api/cloud-pods/tenants/{id}/quota",   token,     action::read_any_quota, tenant_quota},
  route{post, "/api/cloud-pods/tenants/{id}/quota",   token,     action::operate,        limit_tenant},
  route{post, "/api/cloud-pods/tenants/{id}/quota/recalculate", token, action::operate,  recalculate_quota},
  route{get,  "/api/cloud-pods/admin/stats",          token,     action::operate,        get_stats},
  route{get,  "/api/cloud-pods/admin/events",         token,     action::operate,        list_all_events},
  route{get,  "/api/cloud-pods/admin/tenants",        token,     action::operate,        list_tenants},
  route{put,  "/api/cloud-pods/admin/tenants/{id}",   token,     action::operate,        put_tenant},
  route{get,  "/api/cloud-pods/admin/tenant-plans",   token,     action::operate,        list_tenant_plans},

  route{get,  "/api/cloud-pods/admin/nodes",                token, action::operate,  list_nodes},
  route{get,  "/api/cloud-pods/admin/nodes/{name}",         token, action::operate,  get_node},
  route{post, "/api/cloud-pods/admin/nodes/{name}/drain",   token, action::operate,  drain_node},
  route{post, "/api/cloud-pods/admin/nodes/{name}/resume",  token, action::operate,  resume_node},

  route{get,  "/api/cloud-pods/admin/drift",                token, action::operate,  list_drift},
  route{post, "/api/cloud-pods/admin/drift/{id}/adopt",     token, action::operate,  adopt_drift},
  route{post, "/api/cloud-pods/admin/drift/{id}/forget",    token, action::operate,  forget_drift},
  route{post, "/api/cloud-pods/admin/drift/{id}/ignore",    token, action::operate,  ignore_drift},
  route{post, "/api/cloud-pods/admin/reconcile",            token, action::operate,  reconcile},

  route{get,  "/api/cloud-pods/events",               token,     action::read,           list_events},
  route{get,  "/api/cloud-pods/events/stream",        token,     action::stream,         stream_events},
  route{get,  "/api/cloud-pods/events/sse",           token,     action::stream,         stream_events_sse},
  route{post, "/api/cloud-pods/events/tickets",       token,     action::stream,         make_ticket},

  // Also under /api/internal (contract 7).
  route{post, "/internal/cloudpods",                  token,     action::order,          place_order},
  route{get,  "/internal/cloudpods",                  token,     action::read,           list_pods},
  route{get,  "/internal/cloudpods/{vmid}",           token,     action::read,           get_pod},
  route{post, "/internal/cloudpods/{vmid}/destroy",   token,     action::destroy,        destroy_pod},
  route{post, "/internal/cloudpods/{vmid}/backup",    token,     action::backup,         act_on_pod<item_action::backup>},
  route{post, "/internal/cloudpods/{vmid}/scale",     token,     action::scale,          act_on_pod<item_action::scale>},
  route{post, "/internal/cloudpods/{vmid}/start",     token,     action::power,          act_on_pod<item_action::start>},
  route{post, "/internal/cloudpods/{vmid}/stop",      token,     action::power,          act_on_pod<item_action::stop>},
  route{post, "/internal/cloudpods/{vmid}/reboot",    token,     action::power,          act_on_pod<item_action::reboot>},
  route{post, "/internal/cloudpods/{vmid}/suspend",   token,     action::suspend,        act_on_pod<item_action::suspend>},
  route{post, "/internal/cloudpods/{vmid}/resume",    token,     action::suspend,        act_on_pod<item_action::resume>},
  route{post, "/internal/cloudpods/{vmid}/sync",      token,     action::power,          act_on_pod<item_action::sync>},
  route{post, "/internal/cloudpods/{vmid}/health",    token,     action::read,           act_on_pod<item_action::health>},
  route{get,  "/internal/cloudpods/{vmid}/health",    token,     action::read,           get_health},
  route{get,  "/internal/cloudpods/{vmid}/jobs",      token,     action::read,           list_pod_jobs},
  route{get,  "/internal/cloudpods/{vmid}/events",    token,     action::read,           list_pod_events},
  route{get,  "/internal/tenants/{tenantId}/cloudpods", token,   action::read,           list_pods},
  route{get,  "/internal/tenants/{tenantId}/quota",   token,     action::read_quota,     tenant_quota},
  route{get,  "/internal/jobs/{id}",                  token,     action::read,           get_job},
  route{post, "/internal/jobs/{id}/cancel",           token,     {},                     cancel_job},
  route{get,  "/internal/focalpilot/recommendations",  token,    action::read,           list_recommendations},
  route{post, "/internal/focalpilot/recommendations",  token,    action::recommend,      post_recommendation},
  // Who may is said by what it would do.
  route{post, "/internal/focalpilot/recommendations/{id}/apply",   token, {},            apply_recommendation},
  route{post, "/internal/focalpilot/recommendations/{id}/dismiss", token, {},            dismiss_recommendation},
  route{get,  "/internal/blueprints",                 token,     action::read,           list_blueprints},
  route{get,  "/internal/blueprints/{slug}",          token,     action::read,           get_blueprint},
  route{put,  "/internal/blueprints/{slug}",          token,     action::operate,        put_blueprint},
  route{post, "/internal/blueprints/{slug}/deploy",   token,     action::order,          deploy_stack},
  route{get,  "/internal/deployments/{id}",           token,     action::read,           get_deployment},
  route{post, "/internal/deployments/{id}/destroy",   token,     action::destroy,        destroy_deployment},
};
// clang-format on

} // namespace

std::span<const route> route_table() { return table; }

} // namespace cloudpods::http
