#include <algorithm>

#include "domain/action.hpp"
#include "domain/drift_decisions.hpp"
#include "domain/formats.hpp"

namespace cloudpods::domain {

namespace {

using facts = std::vector<new_event>;

constexpr std::size_t most_open_jobs = 1000;
const json_text adoption_payload{R"({"reason":"adopted"})"};

new_event about(const pod_id& pod, const tenant_id& tenant, vmid guest, const job_id& job,
                event_payload payload, std::string message, category kind = category::info) {
  return {pod_stream(pod), tenant, pod, guest, job, kind, std::move(message), std::move(payload)};
}

new_event about(const pod_record& state, const job_id& job, event_payload payload,
                std::string message, category kind = category::info) {
  return about(state.pod.id, state.pod.tenant, state.pod.order.guest, job, std::move(payload),
               std::move(message), kind);
}

new_event over(const pod_record& state, drift_kind kind, drift_end how) {
  return about(state, {}, pod_drift_resolved{drift_id(state.pod.id, kind), kind, how, std::nullopt},
               "The difference is over");
}

std::unexpected<problem> wrong_state(const pod& pod, std::string sentence) {
  return refused(problem_code::invalid_state, std::move(sentence),
                 std::vector<detail>{{"status", std::string{text(pod.status)}}});
}

std::unexpected<problem> no_such_drift() {
  return refused(problem_code::not_found, "There is no such difference.");
}

std::size_t open_jobs(const tenant_state& tenant) {
  std::size_t count = 0;
  for (const auto& [id, record] : tenant.pods)
    count += record->jobs.size();
  return count;
}

/// A label from the guest's own name, else from the pod's id.
std::string name_for(const tenant_state& tenant, const guest_facts& guest, const pod_id& pod) {
  const auto& wished = guest.name;
  if (is_dns_label(wished) && !tenant.by_name.contains(wished))
    return wished;
  auto tail = pod.value.substr(pod.value.size() - std::min<std::size_t>(6, pod.value.size()));
  std::ranges::transform(tail, tail.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return "pod-" + tail;
}

power_state power_of(const guest_facts& guest) {
  return guest.status == "stopped" ? power_state::stopped : power_state::running;
}

pod_ordered describe(const tenant_state& tenant, const catalogue& offers, const found_guest& found,
                     const user_id& user, const pod_id& pod) {
  const auto& guest = found.guest;
  pod_ordered made;
  made.kind = found.drift.guest_is;
  made.name = made.hostname = name_for(tenant, guest, pod);
  made.user = user;
  if (const auto* node = offers.find_node(found.drift.node))
    made.region = node->region;
  made.node = found.drift.node;
  made.guest = found.drift.guest;
  made.cpu_cores = guest.cores;
  made.memory_mb = guest.memory_mb;
  made.swap_mb = guest.swap_mb;
  made.disk_gb = guest.disk_gb.value_or(0);
  made.storage = storage_name{guest.storage};
  made.bridge = guest.bridge;
  made.build.disk = guest.disk;
  made.vmid_named = true;
  return made;
}

void say_job(const pod_id& pod, const tenant_id& tenant, vmid guest, const drift_ids& ids,
             const user_id& user, facts& said) {
  said.push_back(about(pod, tenant, guest, ids.job,
                       job_queued{job_type::sync, user, adoption_payload, std::nullopt},
                       "Job queued"));
  said.push_back(about(pod, tenant, guest, ids.job,
                       item_queued{ids.item, item_action::sync, adoption_payload}, "Item queued"));
}

/// The size comes into the books by the sync that follows; here is judged whether it fits.
expected<facts> adopt_size(const tenant_state& tenant, const pod_record& state,
                           const catalogue& offers, const guest_facts& guest, const user_id& user,
                           const drift_ids& ids) {
  const auto is = state.pod.sizes();
  const pod_size now{guest.cores, guest.memory_mb, guest.swap_mb,
                     guest.disk_gb.value_or(is.disk_gb)};
  if (auto room = admit(limits_of(tenant, offers).limit, tenant.held.held(), growth(is, now));
      !room)
    return std::unexpected{std::move(room.error())};
  facts said{over(state, drift_kind::resources, drift_end::adopted)};
  say_job(state.pod.id, tenant.id, state.pod.order.guest, ids, user, said);
  return said;
}

facts adopt_power(const pod_record& state, const guest_facts& guest) {
  const auto power = power_of(guest);
  return {over(state, drift_kind::power, drift_end::adopted),
          about(state, {}, pod_power_changed{power, power, false},
                "CloudPod is wanted as it is: " + std::string{text(power)},
                category::state_change)};
}

expected<facts> adopt_owner(const tenant_state& tenant, const pod_record& state,
                            const guest_facts& guest, const user_id& user, const drift_ids& ids) {
  const auto marked = guest.marked_pod();
  if (marked && tag_of(pod_id{*marked}) != tag_of(state.pod.id))
    return wrong_state(state.pod, "The guest carries another's mark; the pod's own is gone.");
  facts said{over(state, drift_kind::ownership, drift_end::adopted),
             about(state, ids.job, pod_adopted{std::nullopt, std::nullopt, power_of(guest)},
                   "CloudPod adopted", category::state_change)};
  say_job(state.pod.id, tenant.id, state.pod.order.guest, ids, user, said);
  return said;
}

} // namespace

expected<facts> ignore_drift(const pod_record& state, drift_kind kind, const std::string& reason) {
  const auto* known = state.pod.find_drift(kind);
  if (known == nullptr)
    return no_such_drift();
  if (known->ignored)
    return facts{};
  return facts{about(state, {}, pod_drift_ignored{drift_id(state.pod.id, kind), kind, reason},
                     "The difference is ignored")};
}

expected<facts> forget(const pod_record& state) {
  const auto& pod = state.pod;
  if (!pod.is_live())
    return wrong_state(pod, "The pod is deleted.");
  if (state.has_work())
    return refused(problem_code::pod_busy, "The pod has an open job.");
  if (pod.is_protected)
    return refused(problem_code::protected_pod, "The pod is protected.");
  facts said;
  if (pod.held != holding::none) {
    const bool used = pod.held == holding::used;
    auto released = about(state, {},
                          quota_released{used ? pod.size() : resources{},
                                         (used ? resources{} : pod.size()) + pod.growing},
                          "Quota released");
    released.stream = tenant_stream(pod.tenant);
    said.push_back(std::move(released));
  }
  for (const auto& each : pod.drifts)
    said.push_back(over(state, each.kind, drift_end::forgotten));
  said.push_back(about(state, {}, pod_deleted{}, "CloudPod forgotten", category::state_change));
  return said;
}

expected<facts> adopt(const tenant_state& tenant, const pod_record& state, const catalogue& offers,
                      drift_kind kind, const guest_facts& guest, const user_id& user,
                      const drift_ids& ids) {
  if (state.pod.find_drift(kind) == nullptr)
    return no_such_drift();
  if (state.has_work())
    return refused(problem_code::pod_busy, "The pod has an open job.");
  if (!guest.exists)
    return wrong_state(state.pod, "The guest is not on its node.");
  if (open_jobs(tenant) >= most_open_jobs)
    return refused(problem_code::too_many_jobs, "Too many jobs of this tenant are waiting.");
  switch (kind) {
  case drift_kind::resources:
    return adopt_size(tenant, state, offers, guest, user, ids);
  case drift_kind::power:
    return adopt_power(state, guest);
  case drift_kind::ownership:
    return adopt_owner(tenant, state, guest, user, ids);
  default:
    return wrong_state(state.pod, "Of this difference nothing can be adopted.");
  }
}

expected<facts> adopt(const tenant_state& tenant, const catalogue& offers, const found_guest& found,
                      const user_id& user, const pod_id& pod, const drift_ids& ids) {
  if (tenant.by_vmid.contains(found.drift.guest))
    return refused(problem_code::vmid_in_use, "The guest is a pod already.",
                   std::vector<detail>{{"reason", std::string{"in_use"}}});
  if (open_jobs(tenant) >= most_open_jobs)
    return refused(problem_code::too_many_jobs, "Too many jobs of this tenant are waiting.");
  auto order = describe(tenant, offers, found, user, pod);
  const resources size{1, order.cpu_cores, order.memory_mb, order.disk_gb};
  if (auto room = admit(limits_of(tenant, offers).limit, tenant.held.held(), size); !room)
    return std::unexpected{std::move(room.error())};
  facts said;
  const auto of_tenant = [&](event_payload payload, std::string message) {
    said.push_back(about(pod, tenant.id, order.guest, {}, std::move(payload), std::move(message)));
    said.back().stream = tenant_stream(tenant.id);
  };
  if (!tenant.exists) {
    of_tenant(tenant_created{tenant.id.value}, "Tenant created");
    said.back().pod = {};
    said.back().guest.reset();
  }
  of_tenant(quota_reserved{size}, "Quota reserved");
  of_tenant(quota_committed{size}, "Quota committed");
  auto replaces = found.guest.marked_pod();
  const auto guest = order.guest;
  said.push_back(about(pod, tenant.id, guest, ids.job,
                       pod_adopted{std::move(order), std::move(replaces), power_of(found.guest)},
                       "CloudPod adopted", category::state_change));
  say_job(pod, tenant.id, guest, ids, user, said);
  said.push_back(resolved(found.drift, drift_end::adopted, pod));
  return said;
}

} // namespace cloudpods::domain
