#pragma once

#include "domain/words.hpp"

namespace cloudpods::domain {

/// Contract 10.
enum class pod_status { pending, provisioning, active, error, deleting, deleted };

template <>
struct words<pod_status> {
  static constexpr auto values =
      word_list("pending", "provisioning", "active", "error", "deleting", "deleted");
};

enum class power_state { unknown, running, stopped };

template <>
struct words<power_state> {
  static constexpr auto values = word_list("unknown", "running", "stopped");
};

/// Why a pod is in `error` (contract 10).
enum class pod_fault {
  create_failed,
  cancelled,
  destroy_failed,
  ownership_conflict,
  restore_failed
};

template <>
struct words<pod_fault> {
  static constexpr auto values = word_list("CREATE_FAILED", "CANCELLED", "DESTROY_FAILED",
                                           "OWNERSHIP_CONFLICT", "RESTORE_FAILED");
};

/// What a caller asked for (contract 6).
enum class job_type {
  provision,
  destroy,
  scale,
  backup,
  restore,
  snapshot,
  power,
  suspend,
  health,
  sync,
  stack
};

template <>
struct words<job_type> {
  static constexpr auto values =
      word_list("provision", "destroy", "scale", "backup", "restore", "snapshot", "power",
                "suspend", "health", "sync", "stack");
};

enum class job_status { pending, running, success, failed, cancelled };

template <>
struct words<job_status> {
  static constexpr auto values = word_list("pending", "running", "success", "failed", "cancelled");
};

constexpr bool is_terminal(job_status status) {
  return status != job_status::pending && status != job_status::running;
}

/// What a queue item does to its pod (contract 13).
enum class item_action {
  create,
  destroy,
  cleanup,
  start,
  stop,
  reboot,
  backup,
  restore,
  snapshot,
  rollback,
  delete_snapshot,
  scale,
  suspend,
  resume,
  sync,
  health,
  post_create
};

template <>
struct words<item_action> {
  static constexpr auto values = word_list(
      "create", "destroy", "cleanup", "start", "stop", "reboot", "backup", "restore", "snapshot",
      "rollback", "delete_snapshot", "scale", "suspend", "resume", "sync", "health", "post_create");
};

enum class item_status { queued, running, success, failed };

template <>
struct words<item_status> {
  static constexpr auto values = word_list("queued", "running", "success", "failed");
};

constexpr bool is_terminal(item_status status) {
  return status == item_status::success || status == item_status::failed;
}

/// One step of an item (contract 14).
enum class step {
  register_address,
  write_snippet,
  clone,
  create,
  configure,
  mark,
  pool,
  keys,
  resize,
  start,
  wait,
  destroy,
  absent,
  free_volumes,
  release_address,
  remove_snippet,
  look, ///< is the guest ours, how does it stand
  stop,
  set_size,   ///< cores, memory, swap
  look_again, ///< does a change wait for a restart
  space,      ///< has the backups' storage room for one more
  backup,
  archive,      ///< the archive that was made is found on its storage
  prune,        ///< backups that no rule keeps are deleted
  find_archive, ///< the archive to be restored is there
  restore,
  snapshot,
  delete_snapshot,
  roll_back,
  check, ///< how the guest does
  task   ///< a command of `[post_create]`
};

template <>
struct words<step> {
  static constexpr auto values =
      word_list("register_address", "write_snippet", "clone", "create", "configure", "mark", "pool",
                "keys", "resize", "start", "wait", "destroy", "absent", "free_volumes",
                "release_address", "remove_snippet", "look", "stop", "set_size", "look_again",
                "space", "backup", "archive", "prune", "find_archive", "restore", "snapshot",
                "delete_snapshot", "roll_back", "check", "task");
};

/// How a guest is treated while it is backed up (contract 6).
enum class backup_mode { snapshot, suspend, stop };

template <>
struct words<backup_mode> {
  static constexpr auto values = word_list("snapshot", "suspend", "stop");
};

/// How a pod does (contract 6, `health.status`).
enum class health_status { unknown, ok, warning, critical };

template <>
struct words<health_status> {
  static constexpr auto values = word_list("unknown", "ok", "warning", "critical");
};

/// How an attempt of a step ended.
enum class step_result { succeeded, failed };

template <>
struct words<step_result> {
  static constexpr auto values = word_list("succeeded", "failed");
};

/// What follows an ended attempt.
enum class follow_up {
  proceed, ///< the next step
  repeat,  ///< the same step, after a wait
  redo,    ///< what was made is removed, then the item begins anew, after a wait
  undo,    ///< what was made is removed, then the item fails
  give_up  ///< the item fails as it is
};

template <>
struct words<follow_up> {
  static constexpr auto values = word_list("proceed", "repeat", "redo", "undo", "give_up");
};

/// Contract 9.
enum class category { info, warn, error, state_change, backup, health };

template <>
struct words<category> {
  static constexpr auto values =
      word_list("INFO", "WARN", "ERROR", "STATE_CHANGE", "BACKUP", "HEALTH");
};

/// Who asked for what an event tells.
enum class actor_kind { user, service, system };

template <>
struct words<actor_kind> {
  static constexpr auto values = word_list("user", "service", "system");
};

} // namespace cloudpods::domain
