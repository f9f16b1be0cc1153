#pragma once

#include "domain/lifecycle.hpp"
#include "domain/problem.hpp"
#include "http/caller.hpp"

namespace cloudpods::http {

/// What a route does, as far as rights go: the rows of contract 4's table.
enum class action {
  read,           ///< pods, jobs, events, blueprints, health
  read_quota,     ///< the tenant's own
  read_any_quota, ///< a tenant's that is named in the path
  stream,         ///< the event stream and tickets for it
  order,          ///< order, hold, deploy
  scale,
  backup,
  snapshot, ///< take one, delete one
  power,    ///< start, stop, reboot, sync
  destroy,
  restore,
  rollback,
  protect,   ///< switch protection of a pod, or of a backup
  suspend,   ///< and resume
  settle,    ///< apply or dismiss a recommendation
  recommend, ///< post one
  operate,   ///< quotas, stats, nodes, drift, blueprints
};

/// Success, or the `FORBIDDEN` that the caller gets; one by permission keys names
/// `requiredPermission` (contract 4). `member_may_act` is `[auth] member_may_act`.
domain::expected<void> may(const caller& who, action what, bool member_may_act);

/// What retry and cancel of a job are, by what its first item does: the right to the thing itself
/// (contract 4).
action action_of(domain::item_action item);

} // namespace cloudpods::http
