#include "domain/fake_node.hpp"

#include <algorithm>

namespace cloudpods::domain::samples {

namespace {

failed says(failure_class why) { return {why, "the node says " + std::string{text(why)}, "out"}; }

} // namespace

outcome fake_node::make_guest(const pod& pod, bool marked, bool whole) {
  if (has_guest(pod.order.guest))
    return says(failure_class::vmid_taken);
  guests[pod.order.guest] = {pod.id, marked, false, !whole, false, pod.sizes()};
  return whole ? outcome{succeeded{}} : outcome{says(failure_class::permanent)};
}

outcome fake_node::destroy(const pod& pod) {
  const auto found = guests.find(pod.order.guest);
  if (found == guests.end())
    return succeeded{};
  const auto owner = facts(pod.order.guest).owner(mark_of(pod.id));
  if (owner == ownership::anothers)
    return says(failure_class::not_ours);
  if (owner == ownership::none && !pod.remains.unmarked_is_ours())
    return says(failure_class::unmarked);
  if (found->second.made_for != pod.id)
    ++strangers_removed;
  guests.erase(found);
  if (std::exchange(leaves_volumes, false))
    volumes.insert(pod.order.guest);
  return succeeded{};
}

outcome fake_node::change(step which, const pod& pod) {
  const auto found = guests.find(pod.order.guest);
  if (found == guests.end())
    return says(failure_class::permanent);
  if (which == step::mark)
    found->second.marked = true;
  if (which == step::start)
    found->second.running = true;
  succeeded done;
  if (which == step::wait && !pod.order.ip_address)
    done.address = "192.0.2.7";
  return done;
}

outcome fake_node::effect(step which, const pod_record& state, findings& found) {
  const auto& pod = state.pod;
  const auto& order = pod.order;
  if (auto done = act(which, state, found))
    return *done;
  switch (which) {
  case step::register_address:
    addresses[order.ip_address.value()] = pod.id;
    return succeeded{};
  case step::release_address:
    std::erase_if(addresses, [&](const auto& each) { return each.second == pod.id; });
    return succeeded{};
  case step::write_snippet:
    snippets.insert(pod.id);
    return succeeded{};
  case step::remove_snippet:
    snippets.erase(pod.id);
    return succeeded{};
  case step::clone:
  case step::create:
    return make_guest(pod, which == step::clone, true);
  case step::destroy:
    return destroy(pod);
  case step::absent:
    return has_guest(order.guest) ? outcome{says(failure_class::transient)} : succeeded{};
  case step::free_volumes:
    volumes.erase(order.guest);
    return succeeded{};
  default:
    return change(which, pod);
  }
}

fake_answer fake_node::run(step which, const pod_record& state, luck how) {
  const auto& pod = state.pod;
  fake_answer answer;
  switch (how) {
  case luck::busy:
    return {says(failure_class::busy), {}};
  case luck::transient:
    return {says(failure_class::transient), {}};
  case luck::permanent:
    return {says(failure_class::permanent), {}};
  case luck::partial:
    if (looks_first(which))
      return {make_guest(pod, which == step::clone, false), {}};
    return {says(failure_class::transient), {}};
  case luck::transient_after:
    effect(which, state, answer.found);
    return {says(failure_class::transient), {}};
  case luck::success:
    answer.what = effect(which, state, answer.found);
    if (which == step::absent && volumes.contains(pod.order.guest))
      answer.found.volumes = {"clients:vm-" + std::to_string(pod.order.guest) + "-disk-0"};
    return answer;
  }
  return answer;
}

guest_facts fake_node::facts(vmid guest) const {
  guest_facts said;
  const auto found = guests.find(guest);
  if (found == guests.end())
    return said;
  said.exists = true;
  said.lock = found->second.locked ? "clone" : "";
  said.status = found->second.running ? "running" : "stopped";
  said.cores = found->second.size.cpu_cores;
  said.memory_mb = found->second.size.memory_mb;
  said.swap_mb = found->second.size.swap_mb;
  said.disk_gb = found->second.size.disk_gb;
  said.pending = found->second.pending;
  if (found->second.foreign_mark)
    said.description = "cloudpods/ctl-1/pod-of-another";
  else if (found->second.marked)
    said.description = mark_of(found->second.made_for).description();
  return said;
}

int fake_node::guests_of(const pod_id& pod) const {
  return static_cast<int>(
      std::ranges::count_if(guests, [&](const auto& each) { return each.second.made_for == pod; }));
}

bool fake_node::has_anything_of(const pod& pod) const {
  return guests_of(pod.id) > 0 || snippets.contains(pod.id) ||
         std::ranges::any_of(addresses, [&](const auto& each) { return each.second == pod.id; });
}

} // namespace cloudpods::domain::samples
