#include "persistence/schema.hpp"

#include <array>

#include "persistence/schema_of_platform.hpp"

namespace cloudpods::persistence {

namespace {

constexpr std::string_view log_sql = R"sql(
CREATE TABLE cloud_pod_events (
  seq bigint PRIMARY KEY CHECK (seq > 0),
  id text NOT NULL,
  stream text NOT NULL,
  stream_version bigint NOT NULL CHECK (stream_version > 0),
  tenant_id text,
  tenant_seq bigint CHECK (tenant_seq > 0),
  pod_id text,
  vmid integer,
  job_id text,
  type text NOT NULL CHECK (type IN ('INFO', 'WARN', 'ERROR', 'STATE_CHANGE', 'BACKUP', 'HEALTH')),
  name text NOT NULL,
  version integer NOT NULL,
  message text NOT NULL,
  data json NOT NULL,
  actor text NOT NULL,
  request_id text,
  created_at timestamptz NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  CHECK ((tenant_id IS NULL) = (tenant_seq IS NULL)),
  UNIQUE (stream, stream_version)
);
CREATE INDEX cloud_pod_events_tenant ON cloud_pod_events (tenant_id, seq)
  WHERE tenant_id IS NOT NULL;
CREATE INDEX cloud_pod_events_pod ON cloud_pod_events (pod_id, seq) WHERE pod_id IS NOT NULL;

CREATE FUNCTION cloud_pod_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'cloud_pod_events is append-only: % is refused', TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER cloud_pod_events_append_only
  BEFORE UPDATE OR DELETE OR TRUNCATE ON cloud_pod_events
  FOR EACH STATEMENT EXECUTE FUNCTION cloud_pod_events_stay();
ALTER TABLE cloud_pod_events ENABLE ALWAYS TRIGGER cloud_pod_events_append_only;

CREATE TABLE cloud_pod_log_head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch bigint NOT NULL CHECK (epoch >= 0),
  seq bigint NOT NULL CHECK (seq >= 0),
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  controller_id text NOT NULL
);
INSERT INTO cloud_pod_log_head (epoch, seq, hash, controller_id)
  VALUES (0, 0, decode(repeat('00', 32), 'hex'), substr(md5(gen_random_uuid()::text), 1, 10));

CREATE FUNCTION cloud_pod_log_advance(writer bigint, before bigint, after bigint, new_hash bytea)
  RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE cloud_pod_log_head SET seq = after, hash = new_hash WHERE epoch = writer AND seq = before;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'another writer has the log' USING ERRCODE = 'CP001';
  END IF;
END $$;

CREATE TABLE cloud_pod_log_checkpoint (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  seq bigint NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
INSERT INTO cloud_pod_log_checkpoint (seq, hash) SELECT seq, hash FROM cloud_pod_log_head;

CREATE TABLE cloud_pod_event_names (
  name text NOT NULL,
  version integer NOT NULL,
  first_seq bigint NOT NULL,
  PRIMARY KEY (name, version)
);
)sql";

constexpr std::string_view projections_sql = R"sql(
CREATE TABLE cloud_pods (
  id text PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text,
  kind text NOT NULL CHECK (kind IN ('vm', 'ct')),
  name text NOT NULL,
  hostname text NOT NULL,
  plan_code text,
  blueprint text,
  plan_snapshot jsonb,
  subscription_id text,
  primary_domain text,
  metadata jsonb NOT NULL DEFAULT '{}',
  suspended_at timestamptz,
  suspend_reason text,
  protected boolean NOT NULL DEFAULT false,
  error jsonb,
  cleanup_pending boolean NOT NULL DEFAULT false,
  pending_reboot boolean NOT NULL DEFAULT false,
  power_wanted text CHECK (power_wanted IN ('running', 'stopped')),
  current_job_id text,
  vmid integer,
  node text,
  region text,
  ip_address inet,
  status text NOT NULL
    CHECK (status IN ('pending', 'provisioning', 'active', 'error', 'deleting', 'deleted')),
  power_state text NOT NULL CHECK (power_state IN ('unknown', 'running', 'stopped')),
  cpu_cores bigint NOT NULL,
  memory_mb bigint NOT NULL,
  swap_mb bigint NOT NULL,
  disk_gb bigint NOT NULL,
  storage text,
  bridge text,
  provisioning_state jsonb,
  last_backup_at timestamptz,
  last_health_status text,
  last_health_checked timestamptz,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz,
  CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX cloud_pods_vmid ON cloud_pods (vmid) WHERE deleted_at IS NULL;
CREATE INDEX cloud_pods_tenant ON cloud_pods (tenant_id, created_at, id);

CREATE TABLE cloud_pod_jobs (
  id text PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text,
  pod_id text,
  type text NOT NULL,
  status text NOT NULL
    CHECK (status IN ('pending', 'running', 'success', 'failed', 'cancelled')),
  queue_item_ids jsonb NOT NULL DEFAULT '[]',
  payload jsonb,
  result jsonb,
  error jsonb,
  retry_of text,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX cloud_pod_jobs_tenant ON cloud_pod_jobs (tenant_id, created_at, id);
CREATE INDEX cloud_pod_jobs_pod ON cloud_pod_jobs (pod_id, created_at);
CREATE INDEX cloud_pod_jobs_open ON cloud_pod_jobs (tenant_id)
  WHERE status IN ('pending', 'running');

CREATE TABLE cloud_pod_queue (
  id text PRIMARY KEY,
  pod_id text NOT NULL,
  job_id text,
  action text NOT NULL
    CHECK (action IN ('create', 'destroy', 'start', 'stop', 'reboot', 'backup', 'restore',
                      'snapshot', 'rollback', 'delete_snapshot', 'scale', 'suspend', 'resume',
                      'sync', 'health', 'post_create', 'cleanup')),
  payload jsonb,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'success', 'failed')),
  retry_count integer NOT NULL DEFAULT 0,
  error_message text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  processed_at timestamptz,
  run_after timestamptz
) WITH (fillfactor = 70);
CREATE INDEX cloud_pod_queue_pod ON cloud_pod_queue (pod_id, created_at);
CREATE INDEX cloud_pod_queue_job ON cloud_pod_queue (job_id);
CREATE INDEX cloud_pod_queue_open ON cloud_pod_queue (pod_id)
  WHERE status IN ('queued', 'running');

CREATE TABLE cloud_pod_tenants (
  id text PRIMARY KEY,
  name text NOT NULL,
  slug text,
  plan_id text,
  region text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE cloud_pod_quotas (
  tenant_id text PRIMARY KEY,
  max_pods bigint,
  max_cpu_cores bigint,
  max_memory_mb bigint,
  max_disk_gb bigint,
  used_pods bigint NOT NULL DEFAULT 0 CHECK (used_pods >= 0),
  used_cpu_cores bigint NOT NULL DEFAULT 0 CHECK (used_cpu_cores >= 0),
  used_memory_mb bigint NOT NULL DEFAULT 0 CHECK (used_memory_mb >= 0),
  used_disk_gb bigint NOT NULL DEFAULT 0 CHECK (used_disk_gb >= 0),
  reserved_pods bigint NOT NULL DEFAULT 0 CHECK (reserved_pods >= 0),
  reserved_cpu_cores bigint NOT NULL DEFAULT 0 CHECK (reserved_cpu_cores >= 0),
  reserved_memory_mb bigint NOT NULL DEFAULT 0 CHECK (reserved_memory_mb >= 0),
  reserved_disk_gb bigint NOT NULL DEFAULT 0 CHECK (reserved_disk_gb >= 0)
) WITH (fillfactor = 70);
)sql";

constexpr std::string_view catalogue_sql = R"sql(
CREATE TABLE cloud_pod_plans (
  code text PRIMARY KEY,
  aliases jsonb NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  price_monthly numeric(14, 2) NOT NULL,
  vcpu bigint NOT NULL,
  ram_mb bigint NOT NULL,
  storage_gb bigint NOT NULL,
  swap_mb bigint NOT NULL,
  bandwidth_gb bigint,
  max_pods_per_tenant bigint,
  billing_product_id text,
  backup_policy text,
  is_active boolean NOT NULL
);

CREATE TABLE cloud_pod_tenant_plans (
  id text PRIMARY KEY,
  slug text NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  max_pods bigint NOT NULL,
  max_cpu_cores bigint NOT NULL,
  max_memory_mb bigint NOT NULL,
  max_disk_gb bigint NOT NULL,
  backup_policy text
);

CREATE TABLE cloud_pod_blueprints (
  code text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('template', 'stack')),
  name text NOT NULL,
  description text NOT NULL,
  guest text CHECK (guest IN ('vm', 'ct')),
  proxmox_template_vmid integer,
  nodes jsonb,
  min_disk_gb bigint,
  default_node text,
  storage_pool text,
  network_bridge text,
  disk text,
  ci_user text,
  cloud_init_profile text,
  definition jsonb,
  is_active boolean NOT NULL
);

CREATE TABLE cloud_pod_idempotency (
  tenant_id text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status integer NOT NULL,
  pod_id text,
  job_id text,
  seq bigint NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX cloud_pod_idempotency_expiry ON cloud_pod_idempotency (expires_at);

CREATE TABLE cloud_pod_secrets (
  pod_id text NOT NULL,
  name text NOT NULL,
  value bytea NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (pod_id, name)
);
)sql";

constexpr std::string_view life_sql = R"sql(
ALTER TABLE cloud_pods ALTER COLUMN power_wanted SET DEFAULT 'running';
UPDATE cloud_pods SET power_wanted = 'running';
UPDATE cloud_pods p SET power_wanted = NULLIF(e.power, 'unknown')
  FROM (SELECT DISTINCT ON (stream) pod_id, data ->> 'powerState' AS power FROM cloud_pod_events
        WHERE name = 'pod.active' ORDER BY stream, stream_version DESC) e
  WHERE e.pod_id = p.id;

ALTER TABLE cloud_pod_tenants ADD COLUMN owner_id text;
CREATE TABLE cloud_pod_users (
  id text PRIMARY KEY,
  email text,
  name text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE cloud_pod_backups (
  id text PRIMARY KEY,
  pod_id text NOT NULL,
  tenant_id text NOT NULL,
  job_id text,
  vmid integer,
  storage text NOT NULL,
  volume text NOT NULL,
  size_bytes bigint NOT NULL,
  mode text NOT NULL CHECK (mode IN ('snapshot', 'suspend', 'stop')),
  by_policy boolean NOT NULL,
  status text NOT NULL CHECK (status IN ('available', 'deleted')),
  delete_reason text,
  created_at timestamptz NOT NULL,
  deleted_at timestamptz,
  CHECK ((status = 'deleted') = (deleted_at IS NOT NULL))
);
CREATE INDEX cloud_pod_backups_pod ON cloud_pod_backups (pod_id, created_at);
CREATE INDEX cloud_pod_backups_vmid ON cloud_pod_backups (vmid) WHERE status = 'available';

CREATE TABLE cloud_pod_expiry (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  horizon timestamptz NOT NULL
);
INSERT INTO cloud_pod_expiry (horizon) VALUES ('1970-01-01Z');
CREATE INDEX cloud_pod_jobs_finished ON cloud_pod_jobs (finished_at)
  WHERE finished_at IS NOT NULL;
)sql";

constexpr std::string_view upkeep_sql = R"sql(
ALTER TABLE cloud_pods ADD COLUMN last_health_power text, ADD COLUMN last_health_reachable boolean;
UPDATE cloud_pods p SET last_health_power = e.health ->> 'power',
  last_health_reachable = (e.health ->> 'reachable')::boolean
  FROM (SELECT DISTINCT ON (stream) pod_id, data -> 'health' AS health FROM cloud_pod_events
        WHERE name = 'pod.health_changed' ORDER BY stream, stream_version DESC) e
  WHERE e.pod_id = p.id AND p.status <> 'deleted';
CREATE INDEX cloud_pod_backups_policy ON cloud_pod_backups (pod_id, created_at)
  WHERE by_policy AND status = 'available';
)sql";

constexpr std::array all{
    migration{1, "the event log", log_sql},
    migration{2, "projections", projections_sql},
    migration{3, "catalogue, answers and secrets", catalogue_sql},
    migration{4, "power, users, backups and expiry", life_sql},
    migration{5, "what upkeep looks at", upkeep_sql},
    migration{6, "stacks", stacks_sql},
    migration{7, "recommendations", advice_sql},
    migration{8, "what nodes and log say differently", drift_sql},
};

} // namespace

std::span<const migration> migrations() { return all; }

} // namespace cloudpods::persistence
