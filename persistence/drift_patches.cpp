#include "persistence/fact_patches.hpp"
#include "persistence/patch_values.hpp"

namespace cloudpods::persistence {

namespace {

using namespace domain;

/// What an event does to the row of the difference it names. Where one comes again, its row is the
/// same one and tells of the last time.
struct drift_patch {
  const event& fact;
  std::vector<row_patch>& out;

  row_patch& detected(const std::string& id, drift_kind kind, std::string_view node) const {
    auto& row = out.emplace_back(drift_table(), id, presence::made_or_reset);
    row.set("kind", word(kind)).set("status", "open").set("node", std::string{node});
    row.set("tenant_id", id_or_null(fact.tenant)).set("pod_id", id_or_null(fact.pod));
    row.set("vmid", fact.guest ? sql_value{std::int64_t{*fact.guest}} : sql_value{});
    row.set("message", fact.message).set("detected_at", fact.at).set("updated_at", fact.at);
    row.reset("reason").reset("resolution").reset("resolved_at");
    return row;
  }

  void operator()(const pod_drift_detected& drift) const {
    auto& row = detected(drift.drift, drift.kind, drift.node.value);
    row.set("expected", drift.expected).set("found", drift.found);
    row.set("job_id", or_null(drift.job)).reset("guest_kind").reset("name");
  }

  void operator()(const node_drift_detected& drift) const {
    const auto node = std::string_view{fact.stream}.substr(node_stream({}).size());
    auto& row = detected(drift.drift, drift.kind, node);
    row.set("guest_kind", word(drift.guest_is)).set("name", text_or_null(drift.name));
    row.reset("expected").reset("found").reset("job_id");
  }

  row_patch& resolved(const std::string& id, drift_end how) const {
    auto& row = out.emplace_back(drift_table(), id);
    row.set("status", "resolved").set("resolution", word(how));
    return row.set("resolved_at", fact.at).set("updated_at", fact.at);
  }

  void operator()(const pod_drift_resolved& drift) const {
    auto& row = resolved(drift.drift, drift.how);
    if (drift.node)
      row.set("node", *drift.node);
  }

  void operator()(const node_drift_resolved& drift) const {
    auto& row = resolved(drift.drift, drift.how);
    if (drift.pod)
      row.set("pod_id", *drift.pod);
  }

  void ignored(const std::string& id, const std::string& reason) const {
    auto& row = out.emplace_back(drift_table(), id);
    row.set("status", "ignored").set("reason", text_or_null(reason)).set("updated_at", fact.at);
  }

  void operator()(const pod_drift_ignored& drift) const { ignored(drift.drift, drift.reason); }
  void operator()(const node_drift_ignored& drift) const { ignored(drift.drift, drift.reason); }

  template <class Other>
  void operator()(const Other&) const {}
};

} // namespace

void patch_drift(const event& fact, std::vector<row_patch>& out) {
  std::visit(drift_patch{fact, out}, fact.payload);
}

} // namespace cloudpods::persistence
