#pragma once

#include "domain/problem.hpp"
#include "http/caller.hpp"

namespace cloudpods::http {

/// What a route does, as far as rights go: the rows of contract 4's table.
enum class action {
  read,           ///< pods, jobs, events, blueprints, health, the stream
  read_quota,     ///< the tenant's own
  read_any_quota, ///< a tenant's that is named in the path
  order,          ///< order, hold, deploy
  scale,
  backup, ///< backups and snapshots
  power,  ///< start, stop, reboot, sync
  destroy,
  suspend,
  operate, ///< quotas, stats, nodes, drift, blueprints
};

/// Success, or the `FORBIDDEN` that the caller gets; one by permission keys names
/// `requiredPermission` (contract 4). `member_may_act` is `[auth] member_may_act`.
domain::expected<void> may(const caller& who, action what, bool member_may_act);

} // namespace cloudpods::http
