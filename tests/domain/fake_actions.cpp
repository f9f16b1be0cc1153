#include "domain/backups.hpp"
#include "domain/fake_node.hpp"
#include "domain/health.hpp"

namespace cloudpods::domain::samples {

namespace {

failed says(failure_class why) { return {why, "the node says " + std::string{text(why)}, "out"}; }

pod_size target(const pod& pod, const queue_item& item) {
  const bool back = item.open && item.open->undoing;
  return item.parameters.to && !back ? *item.parameters.to : pod.sizes();
}

guest_health health_of(bool running) {
  guest_health seen;
  seen.status = running ? "running" : "stopped";
  return seen;
}

void set_size(fake_guest& guest, const pod_size& to) {
  const auto disk = guest.size.disk_gb;
  guest.pending = guest.pending || (guest.running && guest.size.cpu_cores != to.cpu_cores);
  guest.size = to;
  guest.size.disk_gb = disk;
}

} // namespace

outcome fake_node::look(const pod& pod, findings& found) const {
  const auto seen = facts(pod.order.guest);
  if (!seen.exists && !pod.remains.restoring)
    return says(failure_class::permanent);
  const auto owner = seen.owner(mark_of(pod.id));
  if (seen.exists && owner == ownership::anothers)
    return says(failure_class::not_ours);
  if (seen.exists && owner == ownership::none && !pod.remains.unmarked_is_ours())
    return says(failure_class::unmarked);
  found.seen = guest_reading{seen.status == "running" ? power_state::running : power_state::stopped,
                             seen.cores,
                             seen.memory_mb,
                             seen.swap_mb,
                             seen.disk_gb,
                             seen.pending};
  return succeeded{};
}

outcome fake_node::restore(const pod& pod, const queue_item& item) {
  const auto seen = facts(pod.order.guest);
  const auto owner = seen.owner(mark_of(pod.id));
  if (seen.exists && owner == ownership::anothers)
    return says(failure_class::not_ours);
  if (owner != ownership::ours && !pod.remains.unmarked_is_ours())
    return says(failure_class::unmarked);
  auto& guest = guests[pod.order.guest];
  if (seen.exists && guest.made_for != pod.id)
    ++strangers_removed;
  guest = {pod.id, true, false, false, false, archives.at(item.parameters.volume)};
  return succeeded{};
}

outcome fake_node::roll_back(const pod& pod, const queue_item& item) {
  findings ignored;
  if (auto wrong = look(pod, ignored); !std::holds_alternative<succeeded>(wrong))
    return wrong;
  auto& guest = guests.at(pod.order.guest);
  const auto snapshot = guest.snapshots.find(item.parameters.name);
  if (snapshot == guest.snapshots.end())
    return says(failure_class::permanent);
  guest.size = snapshot->second;
  guest.running = guest.pending = false;
  return succeeded{};
}

std::optional<outcome> fake_node::act(step which, const pod_record& state, findings& found) {
  const auto& pod = state.pod;
  const auto* item = current_item(state);
  const auto at = guests.find(pod.order.guest);
  const bool there = at != guests.end();
  switch (which) {
  case step::look:
    return look(pod, found);
  case step::look_again: {
    const auto seen = look(pod, found);
    const auto wrong =
        found.seen && !item->undoing ? judge_scaled(state, *found.seen) : std::nullopt;
    return wrong ? outcome{*wrong} : seen;
  }
  case step::check:
    found.health = judge_health(pod, health_of(there && at->second.running));
    return succeeded{};
  case step::space:
    return judge_space(pod, storage_name{item->parameters.storage},
                       {0, 0, {{storage_name{item->parameters.storage}, 2000, free_gb}}, 0, 0});
  case step::backup: {
    if (!there)
      return says(failure_class::permanent);
    succeeded made;
    made.archive = item->parameters.storage + ":backup/vzdump-" + std::to_string(++made_);
    archives[*made.archive] = at->second.size;
    return made;
  }
  case step::archive: {
    backup_list stored;
    for (const auto& [volume, size] : archives)
      stored.backups.push_back({volume, 1000});
    return find_made(pod, item->archive ? item->archive->volume : "", stored,
                     found.archive.emplace());
  }
  case step::prune:
    for (const auto& each :
         backups_to_prune(pod, item->parameters.keep_last, item->parameters.keep_days))
      archives.erase(each.archive.volume);
    return succeeded{};
  case step::find_archive:
    return archives.contains(item->parameters.volume) ? outcome{succeeded{}}
                                                      : says(failure_class::permanent);
  case step::restore:
    return restore(pod, *item);
  case step::roll_back:
    return roll_back(pod, *item);
  default:
    break;
  }
  const bool changes = which == step::stop || which == step::set_size || which == step::resize ||
                       which == step::snapshot || which == step::delete_snapshot;
  if (!changes)
    return std::nullopt;
  if (!there)
    return says(failure_class::permanent);
  auto& guest = at->second;
  if (which == step::stop) {
    guest.running = guest.pending = false;
  } else if (which == step::set_size) {
    set_size(guest, target(pod, *item));
  } else if (which == step::resize) {
    guest.size.disk_gb = std::max(guest.size.disk_gb, target(pod, *item).disk_gb);
  } else if (which == step::snapshot) {
    guest.snapshots[item->parameters.name] = guest.size;
  } else {
    guest.snapshots.erase(item->parameters.name);
  }
  return succeeded{};
}

} // namespace cloudpods::domain::samples
