#include "http/routes.hpp"

#include <array>

#include "http/handlers.hpp"

namespace cloudpods::http {

namespace {

using enum verb;
constexpr auto token = access::token;
constexpr auto anyone = access::anyone;
constexpr auto operators = access::operators;

// clang-format off
constexpr std::array table{
  route{get,  "/healthz",                             operators, {},                     healthz},
  route{get,  "/readyz",                              operators, {},                     readyz},
  route{get,  "/openapi.json",                        anyone,    {},                     openapi},

  route{get,  "/api/cloud-pods/plans",                anyone,    {},                     list_plans},
  route{get,  "/api/cloud-pods/plans/{code}",         anyone,    {},                     get_plan},
  route{get,  "/api/cloud-pods/compare",              anyone,    {},                     compare_plans},

  route{post, "/api/cloud-pods/order",                token,     action::order,          place_order},
  route{get,  "/api/cloud-pods",                      token,     action::read,           list_pods},
  route{get,  "/api/cloud-pods/{ref}",                token,     action::read,           get_pod},
  route{del,  "/api/cloud-pods/{ref}",                token,     action::destroy,        destroy_pod},
  route{post, "/api/cloud-pods/{ref}/destroy",        token,     action::destroy,        destroy_pod},

  route{get,  "/api/cloud-pods/jobs",                 token,     action::read,           list_jobs},
  route{get,  "/api/cloud-pods/jobs/{id}",            token,     action::read,           get_job},

  route{get,  "/api/cloud-pods/my-quota",             token,     action::read_quota,     my_quota},
  route{get,  "/api/cloud-pods/check-quota",          token,     action::read_quota,     check_quota},
  route{get,  "/api/cloud-pods/tenants/{id}/quota",   token,     action::read_any_quota, tenant_quota},

  route{get,  "/api/cloud-pods/admin/nodes",                token, action::operate,  list_nodes},
  route{get,  "/api/cloud-pods/admin/nodes/{name}",         token, action::operate,  get_node},
  route{post, "/api/cloud-pods/admin/nodes/{name}/drain",   token, action::operate,  drain_node},
  route{post, "/api/cloud-pods/admin/nodes/{name}/resume",  token, action::operate,  resume_node},

  route{get,  "/api/cloud-pods/events",               token,     action::read,           list_events},
  route{get,  "/api/cloud-pods/events/stream",        token,     action::stream,         stream_events},
  route{get,  "/api/cloud-pods/events/sse",           token,     action::stream,         stream_events_sse},
  route{post, "/api/cloud-pods/events/tickets",       token,     action::stream,         make_ticket},
};
// clang-format on

} // namespace

std::span<const route> route_table() { return table; }

} // namespace cloudpods::http
