#include "domain/item_steps.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "domain/backups.hpp"

namespace cloudpods::domain {

namespace {

using steps = std::vector<step>;

void add(steps& all, std::initializer_list<step> more) { all.insert(all.end(), more); }

steps of_create(const pod& pod, const node_description& site) {
  const auto& order = pod.order;
  steps all;
  if (order.kind == guest_kind::vm) {
    if (order.ip_address && !site.ipam_file.empty())
      add(all, {step::register_address});
    if (order.build.user_data_bytes > 0)
      add(all, {step::write_snippet});
    add(all, {step::clone, step::configure});
  } else {
    add(all, {step::create, step::mark});
    if (!site.pool.empty())
      add(all, {step::pool});
    if (!order.build.ssh_keys.empty())
      add(all, {step::keys});
  }
  if (order.disk_gb > order.build.template_disk_gb)
    add(all, {step::resize});
  if (order.kind == guest_kind::vm)
    add(all, {step::start});
  add(all, {step::wait});
  return all;
}

bool was_running(const queue_item& item) {
  return item.seen && item.seen->power == power_state::running;
}

steps of_power(const pod& pod, const queue_item& item) {
  steps all{step::look};
  switch (item.action) {
  case item_action::start:
    if (!was_running(item))
      add(all, {step::start});
    add(all, {step::wait});
    break;
  case item_action::resume:
    if (pod.wanted == power_state::running) {
      if (!was_running(item))
        add(all, {step::start});
      add(all, {step::wait});
    }
    break;
  case item_action::reboot:
    if (was_running(item))
      add(all, {step::stop});
    add(all, {step::start, step::wait});
    break;
  default:
    if (was_running(item))
      add(all, {step::stop});
  }
  return all;
}

void add_backup(steps& all) { add(all, {step::space, step::backup, step::archive}); }

steps of_scale(const pod& pod, const queue_item& item) {
  steps all{step::look};
  const auto& to = *item.parameters.to;
  const auto now = pod.sizes();
  if (item.parameters.backup_first)
    add_backup(all);
  if (to.cpu_cores != now.cpu_cores || to.memory_mb != now.memory_mb || to.swap_mb != now.swap_mb)
    add(all, {step::set_size});
  if (to.disk_gb > now.disk_gb)
    add(all, {step::resize});
  add(all, {step::look_again});
  if (item.parameters.reboot && was_running(item) && pod.order.kind == guest_kind::vm &&
      (item.pending || item.ever_began(step::stop)))
    add(all, {step::stop, step::start, step::wait});
  return all;
}

/// An old size never comes back past the quota: it is set before the guest starts.
void add_standing_again(steps& all, const queue_item& item) {
  add(all, {step::set_size, step::resize});
  if (was_running(item))
    add(all, {step::start, step::wait});
}

steps forward(const pod& pod, const queue_item& item, const node_description& site) {
  steps all;
  switch (item.action) {
  case item_action::create:
    return of_create(pod, site);
  case item_action::scale:
    return of_scale(pod, item);
  case item_action::backup:
    add(all, {step::look});
    add_backup(all);
    if (!backups_to_prune(pod, item.parameters.keep_last, item.parameters.keep_days).empty())
      add(all, {step::prune});
    return all;
  case item_action::restore:
    add(all, {step::look, step::find_archive});
    if (was_running(item))
      add(all, {step::stop});
    add(all, {step::restore});
    add_standing_again(all, item);
    return all;
  case item_action::rollback:
    add(all, {step::look, step::roll_back});
    add_standing_again(all, item);
    return all;
  case item_action::snapshot:
    return {step::look, step::snapshot};
  case item_action::delete_snapshot:
    return {step::look, step::delete_snapshot};
  case item_action::sync:
    return pod.adopting ? steps{step::look, step::mark} : steps{step::look};
  case item_action::health:
    return {step::check};
  case item_action::post_create:
    return {step::look, step::task};
  case item_action::destroy:
    return all;
  case item_action::cleanup:
    // Of a deleted pod: its backups are all that is left.
    if (!pod.is_live() && !pod.backups.empty())
      add(all, {step::prune});
    return all;
  default:
    return of_power(pod, item);
  }
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

std::optional<step> first_undone(const steps& all, const queue_item& item) {
  const auto next = std::ranges::find_if(all, [&](step each) { return !item.is_done(each); });
  return next == all.end() ? std::nullopt : std::optional{*next};
}

/// A guest that ran and that this item has stopped, or may have.
bool left_stopped(const queue_item& item) {
  return was_running(item) && (item.ever_began(step::stop) || item.ever_began(step::roll_back));
}

/// What it did may have changed the guest, and a command that failed may have done its work.
bool is_unsure(const queue_item& item) {
  constexpr std::array changes{step::stop,   step::start,     step::set_size,
                               step::resize, step::roll_back, step::restore};
  return std::ranges::any_of(changes, [&](step each) { return item.ever_began(each); });
}

steps backward(const queue_item& item) {
  steps all;
  // A guest that is not ours is not touched.
  if (item.met_stranger)
    return all;
  const bool scales = item.action == item_action::scale;
  const bool is_another_size =
      item.action == item_action::rollback && item.ever_began(step::roll_back);
  if ((scales && item.ever_began(step::set_size)) || is_another_size)
    add(all, {step::set_size});
  const bool comes_back =
      scales || item.action == item_action::restore || item.action == item_action::rollback;
  if (comes_back && left_stopped(item) && !item.ever_began(step::restore))
    add(all, {step::start, step::wait});
  if (is_unsure(item))
    add(all, {step::look_again});
  return all;
}

} // namespace

std::optional<step> next_forward(const pod& pod, const queue_item& item,
                                 const node_description& site) {
  if (item.action == item_action::destroy &&
      (!item.parameters.backup_first || !pod.remains.built || item.ever_did(step::archive)))
    return std::nullopt;
  if (item.action == item_action::destroy)
    return first_undone({step::look, step::space, step::backup, step::archive}, item);
  return first_undone(forward(pod, item, site), item);
}

std::optional<step> next_backward(const pod& pod, const queue_item& item) {
  if (item.action == item_action::create || only_removes(item.action))
    return next_removal(pod, item);
  const auto all = backward(item);
  // What was done on the way there is not done on the way back.
  if (!item.undoing)
    return all.empty() ? std::nullopt : std::optional{all.front()};
  return first_undone(all, item);
}

step first_of_create(const pod& pod, const node_description& site) {
  return of_create(pod, site).front();
}

bool is_past_return(const queue_item& item) {
  const bool reboots = item.action == item_action::reboot && item.ever_began(step::stop);
  return item.action == item_action::resume || reboots || item.ever_began(step::restore) ||
         item.ever_began(step::roll_back);
}

const guest_reading* reading_at_end(const queue_item& item) {
  const bool is_read = item.undoing && item.is_done(step::look_again) && item.seen;
  return is_read ? &*item.seen : nullptr;
}

pod_size size_after(const pod& pod, const queue_item& scale) {
  const auto was = pod.sizes();
  if (const auto* is = reading_at_end(scale))
    return {is->cpu_cores, is->memory_mb,
            pod.order.kind == guest_kind::vm ? was.swap_mb : is->swap_mb,
            is->disk_gb.value_or(was.disk_gb)};
  const auto& to = *scale.parameters.to;
  auto now = was;
  const bool taken_back = scale.undoing && scale.is_done(step::set_size);
  if (scale.ever_began(step::set_size) && !taken_back) {
    const bool sure = !scale.undoing && scale.ever_did(step::set_size);
    const auto which = [&](std::int64_t before, std::int64_t after) {
      return sure ? after : std::max(before, after);
    };
    now.cpu_cores = which(was.cpu_cores, to.cpu_cores);
    now.memory_mb = which(was.memory_mb, to.memory_mb);
    now.swap_mb = which(was.swap_mb, to.swap_mb);
  }
  if (scale.ever_began(step::resize))
    now.disk_gb = std::max(was.disk_gb, to.disk_gb);
  return now;
}

} // namespace cloudpods::domain
