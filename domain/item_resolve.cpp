#include <algorithm>

#include "domain/item_work.hpp"

namespace cloudpods::domain {

namespace {

/// What a step that sets or grows is to leave behind.
pod_size wanted_size(const pod_record& state, const queue_item& item) {
  const bool back = item.open && item.open->undoing;
  return item.parameters.to && !back ? *item.parameters.to : state.pod.sizes();
}

bool has_size(const pod_record& state, const pod_size& wanted, const guest_facts& guest) {
  const bool swap_fits = state.pod.order.kind == guest_kind::vm || guest.swap_mb == wanted.swap_mb;
  return guest.cores == wanted.cpu_cores && guest.memory_mb == wanted.memory_mb && swap_fits;
}

/// The guest stands, is ours and nothing works on it.
bool stands(const guest_facts& guest, const owner_mark& mark) {
  return guest.exists && guest.lock.empty() && guest.owner(mark) == ownership::ours;
}

bool is_as_made(const pod_record& state, step which, const guest_facts& guest, bool listed,
                const owner_mark& mark) {
  const auto* item = current_item(state);
  switch (which) {
  case step::clone:
    return listed && stands(guest, mark);
  case step::start:
    return guest.exists && guest.status == "running" &&
           (guest.owner(mark) == ownership::ours || state.pod.remains.unmarked_is_ours());
  case step::stop:
    return stands(guest, mark) && guest.status == "stopped";
  case step::set_size:
    return stands(guest, mark) && has_size(state, wanted_size(state, *item), guest);
  case step::resize:
    return stands(guest, mark) && guest.disk_gb &&
           *guest.disk_gb >= wanted_size(state, *item).disk_gb;
  default:
    // Of a backup too: an archive that stands may be anybody's, only one that its command named
    // counts.
    return false;
  }
}

} // namespace

std::optional<failed> judge_scaled(const pod_record& state, const guest_reading& guest) {
  const auto wanted = wanted_size(state, *current_item(state));
  const bool swap_fits = state.pod.order.kind == guest_kind::vm || guest.swap_mb == wanted.swap_mb;
  const bool disk_fits = !guest.disk_gb || *guest.disk_gb >= wanted.disk_gb;
  if (guest.cpu_cores == wanted.cpu_cores && guest.memory_mb == wanted.memory_mb && swap_fits &&
      disk_fits)
    return std::nullopt;
  return failed{failure_class::permanent,
                "The node says that it is done, but the guest has another size: " +
                    std::to_string(guest.cpu_cores) + " cores, " + std::to_string(guest.memory_mb) +
                    " MB of memory.",
                {}};
}

outcome resolve(const pod_record& state, step which, const guest_facts& guest, bool listed,
                const owner_mark& mark) {
  if (is_as_made(state, which, guest, listed, mark))
    return succeeded{};
  return failed{failure_class::transient, "The command's process is gone and left no result.", {}};
}

} // namespace cloudpods::domain
