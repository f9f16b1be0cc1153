#include "persistence/fact_patches.hpp"
#include "persistence/patch_values.hpp"

namespace cloudpods::persistence {

namespace {

using namespace domain;

std::string pod_error_json(const pod_failed& broken) {
  wire::json_writer out;
  out.begin_object().field("code", broken.code).field("message", broken.message);
  out.field("cleanupPending", broken.cleanup_pending).end_object();
  return out.take();
}

std::string provisioning_json(const item_step_started& started) {
  wire::json_writer out;
  out.begin_object().field("itemId", started.item).field("step", started.which);
  out.field("attempt", started.attempt).field("undoing", started.undoing).end_object();
  return out.take();
}

/// What an event does to its pod's row.
struct pod_patch {
  row_patch& row;
  const event& fact;

  void operator()(const pod_ordered& ordered) const {
    row.presence = presence::made_or_reset;
    identity(ordered);
    size(ordered);
    row.set("status", word(pod_status::pending)).set("power_state", word(power_state::unknown));
    row.reset("error").set("cleanup_pending", false);
    row.initial("created_at", fact.at);
  }

  void identity(const pod_ordered& ordered) const {
    row.set("tenant_id", fact.tenant.value).set("user_id", id_or_null(ordered.user));
    row.set("kind", word(ordered.kind)).set("name", ordered.name).set("hostname", ordered.hostname);
    row.set("plan_code", id_or_null(ordered.plan));
    row.set("blueprint", id_or_null(ordered.blueprint));
    row.set("plan_snapshot", json_of(ordered.snapshot)).set("metadata", json_of(ordered.metadata));
    row.set("subscription_id", or_null(ordered.subscription));
    row.set("primary_domain", or_null(ordered.primary_domain));
    row.set("vmid", std::int64_t{ordered.guest}).set("node", id_or_null(ordered.node));
    row.set("region", text_or_null(ordered.region));
    row.set("ip_address", or_null(ordered.ip_address));
  }

  void size(const pod_ordered& ordered) const {
    row.set("cpu_cores", ordered.cpu_cores).set("memory_mb", ordered.memory_mb);
    row.set("swap_mb", ordered.swap_mb).set("disk_gb", ordered.disk_gb);
    row.set("storage", id_or_null(ordered.storage)).set("bridge", text_or_null(ordered.bridge));
  }

  void operator()(const pod_renumbered& renumbered) const {
    row.set("vmid", std::int64_t{renumbered.to});
  }

  void operator()(const pod_provisioning&) const {
    row.set("status", word(pod_status::provisioning));
  }

  void operator()(const pod_active& active) const {
    row.set("status", word(pod_status::active)).set("power_state", word(active.power));
    row.set("power_wanted", wish(active.power));
    row.set("ip_address", or_null(active.ip_address));
  }

  void operator()(const pod_failed& broken) const {
    row.set("status", word(pod_status::error)).set("error", pod_error_json(broken));
    row.set("cleanup_pending", broken.cleanup_pending);
    const bool create =
        broken.code == pod_fault::create_failed || broken.code == pod_fault::cancelled;
    if (create && !broken.cleanup_pending)
      row.reset("ip_address");
  }

  void operator()(const pod_deleting&) const { row.set("status", word(pod_status::deleting)); }

  void operator()(const pod_deleted&) const {
    row.set("status", word(pod_status::deleted)).set("power_state", word(power_state::unknown));
    row.reset("error").set("cleanup_pending", false).reset("current_job_id");
    row.reset("provisioning_state").set("deleted_at", fact.at);
    row.reset("suspended_at").reset("suspend_reason").set("protected", false);
    row.set("pending_reboot", false).reset("last_health_status");
    row.reset("last_health_power").reset("last_health_reachable");
  }

  void operator()(const item_started& started) const {
    if (started.action != item_action::cleanup)
      row.set("current_job_id", id_or_null(fact.job));
  }

  void operator()(const item_step_started& started) const {
    row.set("provisioning_state", provisioning_json(started));
  }

  void operator()(const item_ended& ended) const {
    row.clear_if("current_job_id", fact.job.value).reset("provisioning_state");
    if (ended.action != item_action::cleanup || ended.status != item_status::success)
      return;
    row.append("error", R"({"cleanupPending": false})").set("cleanup_pending", false);
    row.reset("ip_address");
  }

  void operator()(const pod_scaled& scaled) const {
    resize(scaled.to.cpu_cores, scaled.to.memory_mb, scaled.to.swap_mb);
    row.set("disk_gb", scaled.to.disk_gb);
    if (scaled.pending_reboot)
      row.set("pending_reboot", true);
    if (scaled.snapshot) {
      row.set("plan_snapshot", json_of(*scaled.snapshot));
      row.set("plan_code", id_or_null(scaled.snapshot->code));
    }
  }

  void operator()(const pod_power_changed& changed) const {
    row.set("power_state", word(changed.power));
    if (changed.wanted)
      row.set("power_wanted", wish(*changed.wanted));
    if (changed.restarted || changed.power == power_state::stopped)
      row.set("pending_reboot", false);
  }

  void operator()(const pod_backed_up&) const { row.set("last_backup_at", fact.at); }

  void operator()(const pod_restored& restored) const { stand_again(restored.power); }
  void operator()(const pod_rolled_back& back) const { stand_again(back.power); }

  void operator()(const pod_health_changed& changed) const {
    row.set("last_health_status", word(changed.health.status));
    row.set("last_health_power", word(changed.health.power));
    row.set("last_health_reachable", changed.health.reachable);
  }

  void operator()(const pod_synced& synced) const {
    const auto& found = synced.found;
    row.set("power_state", word(found.power)).set("pending_reboot", found.pending);
    resize(found.cpu_cores, found.memory_mb, found.swap_mb);
    if (found.disk_gb)
      row.set("disk_gb", *found.disk_gb);
    if (synced.ip_address)
      row.set("ip_address", *synced.ip_address);
  }

  void operator()(const pod_protected&) const { row.set("protected", true); }
  void operator()(const pod_unprotected&) const { row.set("protected", false); }

  void operator()(const pod_suspended& suspended) const {
    row.set("suspended_at", fact.at).set("suspend_reason", suspended.reason);
  }

  void operator()(const pod_resumed&) const { row.reset("suspended_at").reset("suspend_reason"); }

  void operator()(const pod_drift_resolved& drift) const {
    if (drift.node)
      row.set("node", *drift.node);
  }

  void operator()(const pod_adopted& adopted) const {
    if (adopted.order) {
      row.presence = presence::made_or_reset;
      identity(*adopted.order);
      size(*adopted.order);
      row.set("power_wanted", wish(adopted.power)).initial("created_at", fact.at);
    }
    row.set("status", word(pod_status::active)).set("power_state", word(adopted.power));
    row.reset("error").set("cleanup_pending", false);
  }

  template <class Other>
  void operator()(const Other&) const {}

  void resize(std::int64_t cpu_cores, std::int64_t memory_mb, std::int64_t swap_mb) const {
    row.set("cpu_cores", cpu_cores).set("memory_mb", memory_mb).set("swap_mb", swap_mb);
  }

  void stand_again(power_state power) const {
    row.set("power_state", word(power)).set("pending_reboot", false);
  }

  static sql_value wish(power_state wanted) {
    return wanted == power_state::unknown ? sql_value{} : word(wanted);
  }
};

/// What an event does to a pod in `error`, and to no other.
struct mended_patch {
  const event& fact;
  std::vector<row_patch>& out;

  void operator()(const pod_restored&) const { mend(); }
  void operator()(const pod_rolled_back&) const { mend(); }

  template <class Other>
  void operator()(const Other&) const {}

  void mend() const {
    auto& row = out.emplace_back(pods_table(), fact.pod.value);
    row.only_while("status", text(pod_status::error));
    row.set("status", word(pod_status::active)).reset("error").set("cleanup_pending", false);
  }
};

/// What an event does to the row of the backup it names.
struct backup_patch {
  const event& fact;
  std::vector<row_patch>& out;

  void operator()(const pod_backed_up& made) const {
    // An item that begins again after a failure may make its archive again, under the same id.
    auto& row = out.emplace_back(backups_table(), made.backup, presence::made_or_reset);
    row.set("pod_id", fact.pod.value).set("tenant_id", fact.tenant.value);
    row.set("job_id", id_or_null(fact.job));
    row.set("vmid", fact.guest ? sql_value{std::int64_t{*fact.guest}} : sql_value{});
    const auto& volume = made.archive.volume;
    row.set("storage", volume.substr(0, volume.find(':'))).set("volume", volume);
    row.set("size_bytes", made.archive.size_bytes).set("mode", word(made.mode));
    row.set("by_policy", made.by_policy).set("status", "available");
    row.set("created_at", fact.at).reset("deleted_at").reset("delete_reason");
  }

  void operator()(const pod_backup_deleted& gone) const {
    auto& row = out.emplace_back(backups_table(), gone.backup);
    row.set("status", "deleted").set("deleted_at", fact.at);
    row.set("delete_reason", text_or_null(gone.reason));
  }

  template <class Other>
  void operator()(const Other&) const {}
};

} // namespace

void patch_pod(const event& fact, std::vector<row_patch>& out) {
  row_patch pod{pods_table(), fact.pod.value};
  pod.set("version", fact.stream_version).set("updated_at", fact.at);
  std::visit(pod_patch{pod, fact}, fact.payload);
  out.push_back(std::move(pod));
  std::visit(mended_patch{fact, out}, fact.payload);
  std::visit(backup_patch{fact, out}, fact.payload);
}

} // namespace cloudpods::persistence
