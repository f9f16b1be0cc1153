#pragma once

#include <optional>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/operation.hpp"
#include "domain/outcome.hpp"
#include "domain/pod.hpp"
#include "domain/problem.hpp"

// What a pod's queue does next, and which facts follow from what a node said (contract 10, 11).
// Plain functions: the pod's actor asks, appends, acts.

namespace cloudpods::domain {

enum class move {
  rest,      ///< nothing is queued
  wait,      ///< until `not_before`
  begin,     ///< the item starts
  follow,    ///< an intent is open: its attempt is followed or resolved
  attempt,   ///< the next step's intent
  finish,    ///< every step of the item's direction is done
  interrupt, ///< it is not wanted any more, by a cancel or a destroy: it ends here
  refuse,    ///< it was queued and makes no sense any more
};

struct next_move {
  move what = move::rest;
  job_id job;
  item_id item;
  step which = step::clone;
  int attempt = 0;
  bool undoing = false;
  std::optional<instant> not_before;
};

/// What the pod's queue does next. One item at a time; a destroy ends the rest at a step boundary.
next_move next_work(const pod_record& state, const node_description& site, instant now);

/// How often and how long is tried (contract 3, `[jobs]`).
struct retry_policy {
  int max_attempts = 5;
  std::chrono::milliseconds backoff_initial{1000};
  std::chrono::milliseconds backoff_max{60000};
  std::chrono::milliseconds busy_window{std::chrono::minutes{15}};
};

/// The facts of an item's start.
std::vector<new_event> begin_item(const pod_record& state, const next_move& move);

/// The intent of the next attempt. `vmid_unseen`: the cluster's list, just read, lacks the vmid.
std::vector<new_event> begin_step(const pod_record& state, const next_move& move, bool vmid_unseen);

/// What a step learned beside its outcome.
struct findings {
  std::vector<std::string> volumes; ///< still there although the guest is gone
  std::optional<guest_reading> seen;
  std::optional<archive_reading> archive;
  std::optional<health_reading> health;
};

/// What a node's answer to an attempt means. `chance` is in [0, 1), `spare` names the cleanup
/// item, should one be needed. Not for unknown outcomes, which are resolved first.
std::vector<new_event> end_step(const pod_record& state, const next_move& move,
                                const outcome& answer, const findings& found,
                                const retry_policy& policy, instant now, double chance,
                                const item_id& spare);

/// The vmid was found to be a stranger's, and `replacement` is held for the pod instead.
std::vector<new_event> renumber(const pod_record& state, const next_move& move, vmid replacement,
                                instant now);

/// Remains of an earlier attempt stand on the vmid: they are removed, then the item begins anew.
std::vector<new_event> redo(const pod_record& state, const next_move& move, instant now);

/// The facts of an item whose steps are all done, or that a destroy cuts short.
std::vector<new_event> finish_item(const pod_record& state, const next_move& move);

/// What becomes of an open intent once its attempt is known not to run any more and to have left
/// no exit code (contract 11): `succeeded` where the guest is as the step makes it, a transient
/// failure otherwise. `guest` as just read; `listed`: the cluster's list has the vmid.
outcome resolve(const pod_record& state, step which, const guest_facts& guest, bool listed,
                const owner_mark& mark);

/// A scale's commands say that they are done: the failure where the guest, as just read, has
/// another size (contract 12: books and node are equal).
std::optional<failed> judge_scaled(const pod_record& state, const guest_reading& guest);

/// Adds to `events` what follows from them without asking the node: the item's end, the intent of
/// the next step where it needs no look at the cluster first. One decision, one append.
void extend(const pod_record& state, const node_description& site, instant now,
            std::vector<new_event>& events);

/// A step that may meet a stranger on the vmid: the cluster is looked at before its intent.
constexpr bool looks_first(step which) { return which == step::clone || which == step::create; }

/// A step that takes more of its node than the item's own place: it is admitted before its intent
/// is logged. A create is admitted for all of its steps at its begin.
constexpr bool is_admitted_apart(item_action action, step which) {
  if (action == item_action::create)
    return false;
  return which == step::backup || which == step::restore || which == step::resize;
}

/// A step that asks the node and changes nothing.
constexpr bool only_reads(step which) {
  switch (which) {
  case step::wait:
  case step::absent:
  case step::look:
  case step::look_again:
  case step::space:
  case step::archive:
  case step::find_archive:
  case step::check:
    return true;
  default:
    return false;
  }
}

/// The running attempt is to be ended on the node: a cancel or a destroy will not wait for it
/// (contract 10).
bool wants_end(const pod_record& state, const next_move& running);

/// A step that only looks is given up: its action is cancelled, or a destroy waits, and nothing
/// has to be looked at for that.
bool gives_up_looking(const pod_record& state, const next_move& running);

/// Why an action makes no sense on the pod as it is, or nothing (contract 10). `waiting`: it was
/// admitted before and its turn has come.
std::optional<problem> objection(const pod& pod, item_action action,
                                 const action_parameters& parameters, bool waiting);

/// The queue item that is running or next, or null.
const queue_item* current_item(const pod_record& state);

} // namespace cloudpods::domain
