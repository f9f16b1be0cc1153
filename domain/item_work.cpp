#include "domain/item_work.hpp"

#include <algorithm>

#include "domain/item_steps.hpp"

namespace cloudpods::domain {

namespace {

struct selected {
  const job* of_job = nullptr;
  const queue_item* item = nullptr;

  explicit operator bool() const { return item != nullptr; }
};

template <class Matches>
selected find_item(const pod_record& state, Matches matches) {
  for (const auto& each : state.jobs)
    for (const auto& item : each.items)
      if (!is_terminal(item.status) && matches(item))
        return {&each, &item};
  return {};
}

/// An action that was cancelled before its turn came.
selected find_unwanted(const pod_record& state) {
  for (const auto& each : state.jobs)
    for (const auto& item : each.items)
      if (each.cancel_requested && item.status == item_status::queued &&
          item.action != item_action::create && !only_removes(item.action))
        return {&each, &item};
  return {};
}

/// The running one, but between its steps what is cancelled ends first; else the first in order, a
/// destroy last: it ends what waits before it.
selected select(const pod_record& state) {
  const auto running =
      find_item(state, [](const queue_item& it) { return it.status == item_status::running; });
  if (!running || !running.item->open)
    if (const auto unwanted = find_unwanted(state))
      return unwanted;
  if (running)
    return running;
  const auto other =
      find_item(state, [](const queue_item& it) { return it.action != item_action::destroy; });
  return other ? other : find_item(state, [](const queue_item&) { return true; });
}

bool destroy_waits(const pod_record& state, const queue_item& behind) {
  return find_item(state, [&](const queue_item& it) {
           return it.action == item_action::destroy && it.id != behind.id;
         }).item != nullptr;
}

/// A cancel that can still be heard.
bool cancelled(const selected& at) {
  return at.of_job->cancel_requested && !only_removes(at.item->action) && !is_past_return(*at.item);
}

/// An archive was made and is not in the books: it is entered before the item ends, or nobody would
/// know of it and its vmid could go to another.
bool owes_books(const queue_item& item) {
  return item.aim == follow_up::proceed && item.ever_did(step::backup) &&
         !item.ever_did(step::archive);
}

/// Whether the item, as it stands, goes back.
bool goes_back(const selected& at) {
  return at.item->aim != follow_up::proceed || (cancelled(at) && !owes_books(*at.item));
}

/// A cancel ends the wait for another try of what is not wanted any more; the removal that follows
/// waits as any other.
bool waits(const selected& at, instant now) {
  const bool moot = cancelled(at) && !at.item->undoing;
  return at.item->run_after && *at.item->run_after > now && !moot;
}

next_move step_move(const pod_record& state, const selected& at, const node_description& site,
                    next_move made) {
  const auto& item = *at.item;
  made.undoing = goes_back(at);
  auto next = made.undoing ? next_backward(state.pod, item) : next_forward(state.pod, item, site);
  if (!next && !made.undoing && only_removes(item.action)) {
    made.undoing = true;
    next = next_backward(state.pod, item);
  } else if (!next && item.aim == follow_up::redo && !cancelled(at)) {
    // What was in the way is gone: from the first step on again.
    made.undoing = false;
    next = first_of_create(state.pod, site);
  }
  if (!next) {
    made.what = move::finish;
    return made;
  }
  made.what = move::attempt;
  made.which = *next;
  made.attempt = item.attempts + 1;
  return made;
}

} // namespace

next_move next_work(const pod_record& state, const node_description& site, instant now) {
  const auto at = select(state);
  next_move made;
  if (!at)
    return made;
  const auto& item = *at.item;
  made.job = at.of_job->id;
  made.item = item.id;
  if (item.open) {
    made.what = move::follow;
    made.which = item.open->which;
    made.attempt = item.open->attempt;
    made.undoing = item.open->undoing;
    return made;
  }
  if (item.action != item_action::destroy && destroy_waits(state, item) && !owes_books(item)) {
    made.what = move::interrupt;
    return made;
  }
  const bool is_action = item.action != item_action::create && !only_removes(item.action);
  if (is_action && item.status == item_status::queued) {
    if (cancelled(at)) {
      made.what = move::interrupt;
      return made;
    }
    if (objection(state.pod, item.action, item.parameters, true)) {
      made.what = move::refuse;
      return made;
    }
  }
  if (waits(at, now)) {
    made.what = move::wait;
    made.not_before = item.run_after;
    return made;
  }
  if (item.status == item_status::queued) {
    made.what = move::begin;
    return made;
  }
  return step_move(state, at, site, made);
}

bool wants_end(const pod_record& state, const next_move& running) {
  const auto* of_job = state.find(running.job);
  const auto* item = of_job == nullptr ? nullptr : of_job->find(running.item);
  if (item == nullptr || !item->open || !is_ended_at_once(item->action))
    return false;
  return of_job->cancel_requested || destroy_waits(state, *item);
}

bool gives_up_looking(const pod_record& state, const next_move& running) {
  const auto* of_job = state.find(running.job);
  const auto* item = of_job == nullptr ? nullptr : of_job->find(running.item);
  if (item == nullptr || !only_reads(running.which) || only_removes(item->action) ||
      owes_books(*item))
    return false;
  if (of_job->cancel_requested && !is_past_return(*item))
    return true;
  // A create of a stack has no job of its own to be cancelled: the destroy says it.
  return (item->action != item_action::create || of_job->is_share) && destroy_waits(state, *item);
}

const queue_item* current_item(const pod_record& state) { return select(state).item; }

} // namespace cloudpods::domain
