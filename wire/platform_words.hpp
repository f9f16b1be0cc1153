#pragma once

#include "domain/lifecycle.hpp"

// The words of `/internal` (contract 7) beside our own.

namespace cloudpods::wire {

enum class platform_status { provisioning, active, failed, deleting, deleted };
enum class platform_job_status { queued, running, success, failed, cancelled };
enum class platform_job_type {
  create,
  destroy,
  scale,
  backup,
  restore,
  snapshot,
  power,
  suspend,
  health_check,
  sync,
  stack
};
/// Who wanted a health check, beside our own schedule.
enum class health_trigger { manual, focalpilot };

} // namespace cloudpods::wire

namespace cloudpods::domain {

template <>
struct words<wire::platform_status> {
  static constexpr auto values =
      word_list("provisioning", "active", "failed", "deleting", "deleted");
};

template <>
struct words<wire::platform_job_status> {
  static constexpr auto values = word_list("queued", "running", "success", "failed", "cancelled");
};

template <>
struct words<wire::platform_job_type> {
  static constexpr auto values =
      word_list("CREATE", "DESTROY", "SCALE", "BACKUP", "RESTORE", "SNAPSHOT", "POWER", "SUSPEND",
                "HEALTH_CHECK", "SYNC", "STACK");
};

template <>
struct words<wire::health_trigger> {
  static constexpr auto values = word_list("manual", "focalpilot");
};

} // namespace cloudpods::domain

namespace cloudpods::wire {

/// `pending` and `provisioning` are one word there, `error` is `failed`.
constexpr platform_status platform_word(domain::pod_status status) {
  switch (status) {
  case domain::pod_status::pending:
  case domain::pod_status::provisioning:
    return platform_status::provisioning;
  case domain::pod_status::active:
    return platform_status::active;
  case domain::pod_status::error:
    return platform_status::failed;
  case domain::pod_status::deleting:
    return platform_status::deleting;
  case domain::pod_status::deleted:
    break;
  }
  return platform_status::deleted;
}

// The words of jobs are one to one, in the same order.

static_assert(domain::words<platform_job_status>::values.size() ==
              domain::words<domain::job_status>::values.size());
static_assert(domain::words<platform_job_type>::values.size() ==
              domain::words<domain::job_type>::values.size());

constexpr platform_job_status platform_word(domain::job_status status) {
  return static_cast<platform_job_status>(status);
}
constexpr platform_job_type platform_word(domain::job_type type) {
  return static_cast<platform_job_type>(type);
}
constexpr domain::job_status own_word(platform_job_status status) {
  return static_cast<domain::job_status>(status);
}
constexpr domain::job_type own_word(platform_job_type type) {
  return static_cast<domain::job_type>(type);
}

} // namespace cloudpods::wire
