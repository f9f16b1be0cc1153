#include "domain/item_work.hpp"

#include <algorithm>

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

/// The running one; else the first in order, a destroy last: it ends what waits before it.
selected select(const pod_record& state) {
  const auto running =
      find_item(state, [](const queue_item& it) { return it.status == item_status::running; });
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

std::vector<step> steps_of_create(const pod& pod, const node_description& site) {
  const auto& order = pod.order;
  std::vector<step> steps;
  if (order.kind == guest_kind::vm) {
    if (order.ip_address && !site.ipam_file.empty())
      steps.push_back(step::register_address);
    if (order.build.user_data_bytes > 0)
      steps.push_back(step::write_snippet);
    steps.insert(steps.end(), {step::clone, step::configure});
  } else {
    steps.insert(steps.end(), {step::create, step::mark});
    if (!site.pool.empty())
      steps.push_back(step::pool);
    if (!order.build.ssh_keys.empty())
      steps.push_back(step::keys);
  }
  if (order.disk_gb > order.build.template_disk_gb)
    steps.push_back(step::resize);
  if (order.kind == guest_kind::vm)
    steps.push_back(step::start);
  steps.push_back(step::wait);
  return steps;
}

std::optional<step> next_forward(const pod& pod, const queue_item& item,
                                 const node_description& site) {
  for (const auto each : steps_of_create(pod, site))
    if (!item.is_done(each))
      return each;
  return std::nullopt;
}

/// What is still to be taken away; each step that succeeds takes its part out of `remains`.
std::optional<step> next_removal(const pod& pod, const queue_item& item) {
  if (pod.remains.built) {
    if (!item.volumes.empty())
      return step::free_volumes;
    return item.is_done(step::destroy) ? step::absent : step::destroy;
  }
  if (pod.remains.registered)
    return step::release_address;
  if (pod.remains.snippet)
    return step::remove_snippet;
  return std::nullopt;
}

/// Whether the item, as it stands, takes things away.
bool removes(const queue_item& item) {
  return item.action != item_action::create || item.aim != follow_up::proceed;
}

bool cancelled(const selected& at) { return at.of_job->cancel_requested; }

/// A cancel ends the wait for another try of what is not wanted any more; the removal that follows
/// waits as any other.
bool waits(const selected& at, instant now) {
  const bool moot = cancelled(at) && at.item->action == item_action::create && !at.item->undoing;
  return at.item->run_after && *at.item->run_after > now && !moot;
}

next_move step_move(const pod_record& state, const selected& at, const node_description& site,
                    next_move made) {
  const auto& item = *at.item;
  bool undoing = removes(item) || cancelled(at);
  auto next = undoing ? next_removal(state.pod, item) : next_forward(state.pod, item, site);
  if (!next && item.aim == follow_up::redo && !cancelled(at)) {
    // What was in the way is gone: from the first step on again.
    undoing = false;
    next = steps_of_create(state.pod, site).front();
  }
  if (!next) {
    made.what = move::finish;
    return made;
  }
  made.what = move::attempt;
  made.which = *next;
  made.attempt = item.attempts + 1;
  made.undoing = undoing;
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
  if (item.action != item_action::destroy && destroy_waits(state, item)) {
    made.what = move::interrupt;
    return made;
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

const queue_item* current_item(const pod_record& state) { return select(state).item; }

outcome resolve(const pod_record& state, step which, const guest_facts& guest, bool listed,
                const owner_mark& mark) {
  const failed again{
      failure_class::transient, "The command's process is gone and left no result.", {}};
  switch (which) {
  case step::clone:
    if (listed && guest.exists && guest.lock.empty() && guest.owner(mark) == ownership::ours)
      return succeeded{};
    return again;
  case step::start:
    if (guest.exists && guest.status == "running" &&
        (guest.owner(mark) == ownership::ours || state.pod.remains.unmarked_is_ours()))
      return succeeded{};
    return again;
  default:
    return again;
  }
}

} // namespace cloudpods::domain
