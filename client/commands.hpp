#pragma once

#include "client/session.hpp"

/// What the commands do; each is named in its row of the command table.
namespace cloudpods::client {

using command = expected<void>(session& with, const arguments& given);

command run_order, run_list, run_show, run_destroy, run_scale;
command run_backup, run_backups, run_restore;
command run_snapshot_create, run_snapshot_list, run_snapshot_rollback, run_snapshot_delete;
command run_start, run_stop, run_reboot, run_suspend, run_resume, run_sync;
command run_protect, run_unprotect, run_health;
command run_jobs, run_job_cancel, run_job_retry;
command run_events;
command run_plans, run_compare, run_blueprints;
command run_quota, run_quota_set, run_quota_recalculate;
command run_stack_put, run_stack_list, run_stack_deploy;
command run_stack_show, run_stack_status, run_stack_destroy;
command run_nodes, run_node_drain, run_node_resume;
command run_tenants, run_tenants_set, run_tenant_plans;
command run_stats, run_ready;
command run_drift, run_drift_adopt, run_drift_forget, run_drift_ignore, run_reconcile;
command run_recommendations, run_recommendation_apply, run_recommendation_dismiss;
command run_webhooks, run_webhook_add, run_webhook_set, run_webhook_delete;
command run_webhook_deliveries, run_webhook_redeliver;
command run_completion;

} // namespace cloudpods::client
