#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/event.hpp"
#include "domain/job.hpp"

namespace cloudpods::domain {

struct pod_error {
  pod_fault code = pod_fault::create_failed;
  std::string message;
  bool cleanup_pending = false;
};

/// How a pod's resources stand in its tenant's quota.
enum class holding { none, reserved, used };

/// What there is, or may be, of a pod on its node: what a removal has to take away.
struct remains {
  bool built = false;      ///< a clone or create was begun
  bool unseen = false;     ///< the cluster's list lacked the vmid just before that
  bool marked = false;     ///< the guest is known to carry our mark
  bool registered = false; ///< its address stands in the node's file
  bool snippet = false;    ///< its vendor data stands on the node
  bool restoring = false;  ///< a restore, which checked the mark, may have taken it away

  [[nodiscard]] bool any() const { return built || registered || snippet; }
  /// The one exception to "no mark means hands off" (contract 11).
  [[nodiscard]] bool unmarked_is_ours() const {
    return built && ((unseen && !marked) || restoring);
  }
};

/// What the larger size needs beyond the smaller, per dimension; never below 0.
resources growth(const pod_size& from, const pod_size& to);

struct suspension {
  instant at;
  std::string reason;
};

/// A good archive of the pod on a storage.
struct pod_backup {
  std::string id;
  archive_reading archive;
  backup_mode mode = backup_mode::snapshot;
  bool by_policy = false;
  instant created_at;
};

struct pod_snapshot_entry {
  std::string name;
  std::string description;
  instant created_at;
};

struct pod_health {
  health_reading reading;
  instant changed_at;
};

/// What its node says differently; one of each kind (contract 17).
struct pod_drift {
  drift_kind kind = drift_kind::missing;
  std::string expected;
  std::string found;
  std::optional<std::string> job; ///< that was to mend it
  bool ignored = false;
  instant told_at;
};

/// A guest that the pod is to become: its mark is still to be written.
struct adoption {
  std::optional<std::string> replaces; ///< the pod that its mark names, in lower case
};

/// One guest on Proxmox, as it is sold and as it stands (contract 6, 10).
struct pod {
  pod_id id;
  tenant_id tenant;
  pod_ordered order; ///< as it was ordered; vmid and address as they are now
  pod_status status = pod_status::pending;
  power_state power = power_state::unknown;
  std::optional<job_id> current_job;
  std::optional<pod_error> error;
  holding held = holding::none;
  resources growing; ///< what an open scale asks beyond the size; reserved
  domain::remains remains;
  std::optional<suspension> suspended;
  bool is_protected = false;
  bool pending_reboot = false;
  power_state wanted = power_state::running; ///< what was last asked for; a suspension apart
  std::vector<pod_backup> backups;           ///< oldest first
  std::vector<pod_snapshot_entry> snapshots;
  std::optional<pod_health> health;
  std::optional<instant> last_backup_at;
  std::optional<instant> upkeep_failed_at; ///< the newest run of its backup policy failed then
  std::vector<pod_drift> drifts;           ///< that are open or ignored
  std::optional<adoption> adopting;
  std::int64_t version = 0;
  instant created_at;
  instant updated_at;
  std::optional<instant> deleted_at;

  [[nodiscard]] bool is_live() const { return status != pod_status::deleted; }
  /// What it counts against the quota while it holds anything, an open scale's growth apart.
  [[nodiscard]] resources size() const;
  [[nodiscard]] pod_size sizes() const;
  [[nodiscard]] const pod_backup* find_backup(const std::string& backup) const;
  [[nodiscard]] const pod_snapshot_entry* find_snapshot(const std::string& name) const;
  [[nodiscard]] const pod_drift* find_drift(drift_kind kind) const;
  /// How it is to stand: what was last asked for, or stopped while it is suspended.
  [[nodiscard]] power_state target() const;
};

/// A pod with its jobs that have not closed.
struct pod_record {
  domain::pod pod;
  std::vector<job> jobs;

  [[nodiscard]] const job* find(const job_id& id) const;
  /// The open job of that type, or null.
  [[nodiscard]] const job* open_job(job_type type) const;
  /// The job that has an open item with that action, or null.
  [[nodiscard]] const job* job_with_open(item_action action) const;
  /// An open item with that action, or null.
  [[nodiscard]] const queue_item* open_item(item_action action) const;
  /// Anything queued or running.
  [[nodiscard]] bool has_work() const;
};

/// Folds an event of the pod's stream.
void evolve(pod_record& state, const event& fact);

/// Lets go of jobs that have closed.
void forget_closed_jobs(pod_record& state);

} // namespace cloudpods::domain
