#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/event.hpp"

namespace cloudpods::domain {

/// A step whose intent is durable and whose end is not (contract 11).
struct open_step {
  step which = step::clone;
  int attempt = 1;
  bool undoing = false;
  bool vmid_unseen = false;
  instant started_at;
};

/// One action on one pod (contract 13, `cloud_pod_queue`).
struct queue_item {
  item_id id;
  item_action action = item_action::create;
  item_status status = item_status::queued;
  int retry_count = 0;
  std::string error_message;
  std::string error_code; ///< of that message, where it is a special one
  json_text payload;
  instant created_at;
  instant updated_at;
  std::optional<instant> processed_at;
  std::optional<instant> run_after;

  std::optional<open_step> open;
  std::vector<step> done;   ///< in the present direction
  std::vector<step> passed; ///< that ever succeeded: what is done again is no progress
  std::vector<step> begun;  ///< whose intent was ever logged
  bool undoing = false;
  follow_up aim = follow_up::proceed; ///< `redo` or `undo` once that was decided
  int attempts = 0;                   ///< made so far; numbers the next one
  int failures = 0;                   ///< counted ones, since this direction last came further
  int failures_before = 0;            ///< those of the other direction
  bool vmid_lost = false;             ///< its create met another's guest on the vmid
  bool met_stranger = false;          ///< the guest did not carry our mark: it was not touched
  std::optional<instant> busy_since;
  std::optional<std::string> ip_address;
  std::vector<std::string> volumes; ///< still on a storage although the guest is gone
  std::string output;

  action_parameters parameters;
  std::optional<guest_reading> seen; ///< by the first look; on the way back, by the last
  bool pending = false;              ///< as the last look found it: a change waits for a restart
  std::optional<archive_reading> archive;
  std::optional<health_reading> health;

  [[nodiscard]] bool is_done(step which) const;
  /// It succeeded at some time, in whatever direction.
  [[nodiscard]] bool ever_did(step which) const;
  /// An attempt of it was begun: what it changes may be changed.
  [[nodiscard]] bool ever_began(step which) const;
};

struct job_error {
  std::string code;
  std::string message;
};

/// One thing a caller asked for (contract 6, 11).
struct job {
  job_id id;
  tenant_id tenant;
  user_id user;
  pod_id pod;
  job_type type = job_type::provision;
  job_status status = job_status::pending;
  json_text payload;
  request_id request; ///< that asked for it: what follows from it says so too
  std::optional<job_result> result;
  std::optional<job_error> error;
  std::optional<std::string> retry_of;
  bool cancel_requested = false;
  /// Of a job of several pods, what is one pod's: its end is told elsewhere.
  bool is_share = false;
  instant created_at;
  std::optional<instant> started_at;
  std::optional<instant> finished_at;
  instant updated_at;
  std::vector<queue_item> items;

  [[nodiscard]] const queue_item* find(const item_id& item) const;
  /// It and all its items have ended; of a share, its items.
  [[nodiscard]] bool is_closed() const;
};

/// Folds an event of the job's pod that names this job.
void evolve(job& state, const event& fact);

} // namespace cloudpods::domain
