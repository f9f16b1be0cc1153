#pragma once

#include <string_view>

// Tables of stacks, of what FocalPilot recommends, and of what nodes and log say differently.

namespace cloudpods::persistence {

inline constexpr std::string_view stacks_sql = R"sql(
CREATE TABLE cloud_pod_deployments (
  id text PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text,
  slug text NOT NULL,
  status text NOT NULL CHECK (status IN ('deploying', 'deployed', 'failed', 'destroyed')),
  on_failure text NOT NULL CHECK (on_failure IN ('rollback', 'keep')),
  job_id text,
  pod_ids jsonb NOT NULL,
  definition jsonb NOT NULL,
  parameters jsonb NOT NULL,
  error jsonb,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX cloud_pod_deployments_tenant ON cloud_pod_deployments (tenant_id, created_at, id);
ALTER TABLE cloud_pod_idempotency ADD COLUMN deployment_id text;
)sql";

inline constexpr std::string_view advice_sql = R"sql(
CREATE TABLE cloud_pod_recommendations (
  id text PRIMARY KEY,
  tenant_id text,
  pod_id text,
  vmid integer,
  node text,
  rule text NOT NULL,
  subject text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
  issue text NOT NULL,
  recommended_actions jsonb NOT NULL,
  evidence jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'applied', 'dismissed', 'expired')),
  job_ids jsonb NOT NULL,
  automatic boolean NOT NULL,
  reason text,
  opened_seq bigint NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX cloud_pod_recommendations_open ON cloud_pod_recommendations (rule, subject)
  WHERE status = 'open';
CREATE INDEX cloud_pod_recommendations_tenant ON cloud_pod_recommendations (tenant_id, id);

-- The last event of each name of a node: its log file's lines are many.
CREATE INDEX cloud_pod_events_of_nodes ON cloud_pod_events (stream, name, stream_version)
  WHERE stream LIKE 'node:%';

-- Since when a pod is busy or idle, by the cluster's lists: no fold of the log.
CREATE TABLE cloud_pod_loads (
  pod_id text PRIMARY KEY,
  high_since timestamptz,
  idle_since timestamptz,
  read_at timestamptz NOT NULL
);
)sql";

inline constexpr std::string_view drift_sql = R"sql(
CREATE TABLE cloud_pod_drift (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('missing', 'orphan', 'stranger', 'moved', 'ownership',
    'power', 'resources', 'address', 'cleanup')),
  status text NOT NULL CHECK (status IN ('open', 'ignored', 'resolved')),
  tenant_id text,
  pod_id text,
  node text NOT NULL,
  vmid integer,
  guest_kind text CHECK (guest_kind IN ('vm', 'ct')),
  name text,
  expected text,
  found text,
  message text NOT NULL,
  job_id text,
  reason text,
  resolution text,
  detected_at timestamptz NOT NULL,
  resolved_at timestamptz,
  updated_at timestamptz NOT NULL
);
CREATE INDEX cloud_pod_drift_open ON cloud_pod_drift (pod_id) WHERE status <> 'resolved';
)sql";

} // namespace cloudpods::persistence
