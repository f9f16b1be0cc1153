#include "wire/drift_json.hpp"

namespace cloudpods::wire {

namespace {

void write_names(json_writer& out, std::string_view name,
                 const std::vector<domain::node_name>& nodes) {
  out.key(name).begin_array();
  for (const auto& each : nodes)
    out.value(each);
  out.end_array();
}

} // namespace

void write_drift(json_writer& out, const domain::drift_entry& drift) {
  out.begin_object().field("id", drift.id).field("kind", drift.kind);
  out.field("status", drift.status).field("node", drift.node).field("vmid", drift.guest);
  out.field("tenantId", drift.tenant).field("podId", drift.pod);
  out.field("guestKind", drift.guest_is).field("name", drift.name);
  out.field("expected", drift.expected).field("found", drift.found);
  out.field("message", drift.message).field("mendingJobId", drift.job);
  out.field("reason", drift.reason).field("resolution", drift.resolution);
  out.field("detectedAt", drift.detected_at).field("resolvedAt", drift.resolved_at);
  out.field("updatedAt", drift.updated_at).end_object();
}

std::string drift_json(const domain::drift_entry& drift) {
  json_writer out{1024};
  write_drift(out, drift);
  return out.take();
}

std::string reconcile_json(const reconcile_view& sweep) {
  json_writer out{512};
  out.begin_object().field("finished", sweep.finished).field("begunAt", sweep.begun_at);
  write_names(out, "nodesRead", sweep.nodes_read);
  write_names(out, "nodesAway", sweep.nodes_away);
  out.field("pods", sweep.pods).field("guests", sweep.guests).field("changes", sweep.changes);
  out.end_object();
  return out.take();
}

} // namespace cloudpods::wire
