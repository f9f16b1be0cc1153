#include "persistence/request_rows.hpp"

#include <variant>

namespace cloudpods::persistence {

namespace {

/// So many of the answers that have expired go with each that comes.
constexpr int most_pruned = 200;

struct answer_columns {
  array_parameter tenant{wire_type::text};
  array_parameter key{wire_type::text};
  array_parameter request_hash{wire_type::text};
  array_parameter status{wire_type::integer};
  array_parameter pod{wire_type::text};
  array_parameter job{wire_type::text};
  array_parameter deployment{wire_type::text};
  array_parameter seq{wire_type::integer};
  bool is_empty = true;

  void push(const idempotency_entry& entry, std::int64_t last_seq) {
    tenant.push(entry.tenant.value);
    key.push(entry.key);
    request_hash.push(entry.request_hash);
    status.push(std::int64_t{entry.status});
    pod.push_unless_empty(entry.pod.value);
    job.push_unless_empty(entry.job.value);
    deployment.push_unless_empty(entry.deployment.value);
    seq.push(last_seq);
    is_empty = false;
  }
};

/// Decisions without events may be sent twice: nothing in the log tells that they were written.
/// Another request under the key is a refusal all the same (23502).
constexpr std::string_view same_again =
    " ON CONFLICT (tenant_id, key) DO UPDATE SET request_hash = CASE "
    "WHEN cloud_pod_idempotency.request_hash = EXCLUDED.request_hash "
    "THEN EXCLUDED.request_hash END";

void append_rows(const answer_columns& rows, domain::instant at, std::string_view conflict,
                 std::vector<statement>& out) {
  if (rows.is_empty)
    return;
  // A key may be used again once its answer has expired; before that it is a refusal (23505).
  out.push_back({"DELETE FROM cloud_pod_idempotency i USING unnest($1, $2) AS u(tenant_id, key) "
                 "WHERE i.tenant_id = u.tenant_id AND i.key = u.key AND i.expires_at <= $3",
                 {}});
  out.back().values.add(rows.tenant).add(rows.key).add(at);
  out.push_back({"DELETE FROM cloud_pod_idempotency WHERE (tenant_id, key) IN (SELECT tenant_id, "
                 "key FROM cloud_pod_idempotency WHERE expires_at <= $1 "
                 "ORDER BY expires_at LIMIT $2)",
                 {}});
  out.back().values.add(at).add(most_pruned);
  out.push_back({"INSERT INTO cloud_pod_idempotency (tenant_id, key, request_hash, status, pod_id, "
                 "job_id, deployment_id, seq, created_at, expires_at) SELECT u.*, $9, $10 "
                 "FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS u" +
                     std::string{conflict},
                 {}});
  out.back().values.add(rows.tenant).add(rows.key).add(rows.request_hash).add(rows.status);
  out.back()
      .values.add(rows.pod)
      .add(rows.job)
      .add(rows.deployment)
      .add(rows.seq)
      .add(at)
      .add(at + answers_kept);
}

void append_answers(std::span<const decision> decisions, const batch& numbered,
                    std::vector<statement>& out) {
  answer_columns with_events;
  answer_columns without;
  for (std::size_t i = 0; i < decisions.size(); ++i)
    if (const auto& entry = decisions[i].idempotency)
      (decisions[i].events.empty() ? without : with_events).push(*entry, numbered.ends[i]);
  append_rows(with_events, numbered.last_time, {}, out);
  append_rows(without, numbered.last_time, same_again, out);
}

void append_secrets(std::span<const decision> decisions, domain::instant at,
                    std::vector<statement>& out) {
  array_parameter pods{wire_type::text};
  array_parameter names{wire_type::text};
  array_parameter values{wire_type::bytes};
  bool is_empty = true;
  for (const auto& each : decisions)
    for (const auto& secret : each.secrets) {
      pods.push(secret.pod.value);
      names.push(secret.name);
      values.push(secret.bytes);
      is_empty = false;
    }
  if (is_empty)
    return;
  out.push_back({"INSERT INTO cloud_pod_secrets (pod_id, name, value, created_at) "
                 "SELECT u.*, $4 FROM unnest($1, $2, $3) AS u ON CONFLICT (pod_id, name) "
                 "DO UPDATE SET value = EXCLUDED.value, created_at = EXCLUDED.created_at",
                 {}});
  out.back().values.add(pods).add(names).add(values).add(at);
}

/// Secrets are kept until the pod is active or deleted (contract 6).
bool ends_secrets(const domain::event_payload& payload) {
  return std::holds_alternative<domain::pod_active>(payload) ||
         std::holds_alternative<domain::pod_deleted>(payload);
}

void append_ends_of_secrets(const batch& numbered, std::vector<statement>& out) {
  array_parameter pods{wire_type::text};
  bool is_empty = true;
  for (const auto& decision : numbered.decisions)
    for (const auto& each : decision)
      if (ends_secrets(each.event.payload)) {
        pods.push(each.event.pod.value);
        is_empty = false;
      }
  if (is_empty)
    return;
  out.push_back({"DELETE FROM cloud_pod_secrets WHERE pod_id = ANY($1)", {}});
  out.back().values.add(pods);
}

} // namespace

void append_request_rows(std::span<const decision> decisions, const batch& numbered,
                         std::vector<statement>& out) {
  append_answers(decisions, numbered, out);
  append_secrets(decisions, numbered.last_time, out);
  append_ends_of_secrets(numbered, out);
}

} // namespace cloudpods::persistence
