#pragma once

#include "http/api.hpp"
#include "http/router.hpp"

// The handlers of all routes (contract 6, 8, 9): decode, ask, encode.

namespace cloudpods::http {

using handled = boost::asio::awaitable<domain::expected<response>>;

// plan_handlers.cpp
handled list_plans(api& all, exchange& with);
handled get_plan(api& all, exchange& with);
handled compare_plans(api& all, exchange& with);
handled list_blueprints(api& all, exchange& with);
handled get_blueprint(api& all, exchange& with);

// stack_handlers.cpp
handled put_blueprint(api& all, exchange& with);
handled deploy_stack(api& all, exchange& with);
handled get_deployment(api& all, exchange& with);
handled destroy_deployment(api& all, exchange& with);

// pod_handlers.cpp
handled place_order(api& all, exchange& with);
handled list_pods(api& all, exchange& with);
handled get_pod(api& all, exchange& with);
handled destroy_pod(api& all, exchange& with);

// action_handlers.cpp
handled act(api& all, exchange& with, domain::item_action what);
/// The route of one action.
template <domain::item_action What>
handled act_on_pod(api& all, exchange& with) {
  return act(all, with, What);
}
handled protect_pod(api& all, exchange& with);

// pod_view_handlers.cpp
handled list_backups(api& all, exchange& with);
handled list_snapshots(api& all, exchange& with);
handled get_health(api& all, exchange& with);

// job_handlers.cpp
handled list_jobs(api& all, exchange& with);
handled list_pod_jobs(api& all, exchange& with);
handled get_job(api& all, exchange& with);

// job_command_handlers.cpp
handled cancel_job(api& all, exchange& with);
handled retry_job(api& all, exchange& with);

// quota_handlers.cpp
handled my_quota(api& all, exchange& with);
handled check_quota(api& all, exchange& with);
handled tenant_quota(api& all, exchange& with);

// tenant_handlers.cpp
handled limit_tenant(api& all, exchange& with);
handled put_tenant(api& all, exchange& with);
handled list_tenant_plans(api& all, exchange& with);

// platform_handlers.cpp
handled get_stats(api& all, exchange& with);
handled list_tenants(api& all, exchange& with);
handled recalculate_quota(api& all, exchange& with);

// drift_handlers.cpp
handled list_drift(api& all, exchange& with);
handled adopt_drift(api& all, exchange& with);
handled forget_drift(api& all, exchange& with);
handled ignore_drift(api& all, exchange& with);
handled reconcile(api& all, exchange& with);

// event_handlers.cpp
handled list_events(api& all, exchange& with);
handled list_pod_events(api& all, exchange& with);
handled list_all_events(api& all, exchange& with);

// stream_handlers.cpp
handled stream_events(api& all, exchange& with);
handled stream_events_sse(api& all, exchange& with);
handled make_ticket(api& all, exchange& with);

// operator_handlers.cpp
handled healthz(api& all, exchange& with);
handled readyz(api& all, exchange& with);
handled openapi(api& all, exchange& with);

// scrape_handler.cpp
handled scrape(api& all, exchange& with);

// recommendation_handlers.cpp
handled list_recommendations(api& all, exchange& with);
handled post_recommendation(api& all, exchange& with);
handled apply_recommendation(api& all, exchange& with);
handled dismiss_recommendation(api& all, exchange& with);

// node_handlers.cpp
handled list_nodes(api& all, exchange& with);
handled get_node(api& all, exchange& with);
handled drain_node(api& all, exchange& with);
handled resume_node(api& all, exchange& with);

} // namespace cloudpods::http
