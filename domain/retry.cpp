#include "domain/retry.hpp"

#include <algorithm>

#include "domain/plan_limit.hpp"

namespace cloudpods::domain {

namespace {

std::unexpected<problem> invalid(const job& failed, std::string sentence) {
  return refused(problem_code::invalid_state, std::move(sentence),
                 std::vector<detail>{{"status", std::string{text(failed.status)}}});
}

expected<retry_of_job> retry_provision(const tenant_state& tenant, const pod& pod,
                                       const catalogue& offers, const job& failed) {
  const bool after_create = pod.error && (pod.error->code == pod_fault::create_failed ||
                                          pod.error->code == pod_fault::cancelled);
  if (pod.status != pod_status::error || !after_create)
    return invalid(failed, "The pod is " + std::string{text(pod.status)} + ".");
  if (pod.error->cleanup_pending)
    return invalid(failed, "The remains of the first try are still being removed.");
  if (auto room = admit(limits_of(tenant, offers).limit, tenant.held.held(), pod.size()); !room)
    return std::unexpected{std::move(room.error())};
  if (const auto* sold = offers.find_plan(pod.order.plan.value))
    if (auto room = admit_pods_of_plan(tenant, limits_of(tenant, offers).limit, *sold, pod.size());
        !room)
      return std::unexpected{std::move(room.error())};
  const auto& order = pod.order;
  const bool from_pool = order.build.prefix_length > 0;
  retry_create again{
      {{order.node}, order.memory_mb, order.disk_gb, order.storage, from_pool, order.guest}};
  again.place.ip_address = order.named_address;
  return again;
}

/// The same wish, as the item's parameters keep it.
act_on_pod repeat(const queue_item& item, const job& failed, const user_id& user) {
  act_on_pod wish;
  wish.action = item.action;
  wish.parameters = item.parameters;
  if (item.parameters.plan_bought) {
    wish.plan = item.parameters.plan_bought->code.value;
  } else if (item.parameters.to) {
    wish.cpu_cores = item.parameters.to->cpu_cores;
    wish.memory_mb = item.parameters.to->memory_mb;
    wish.disk_gb = item.parameters.to->disk_gb;
  }
  wish.payload = failed.payload;
  wish.user = user;
  wish.retry_of = failed.id.value;
  return wish;
}

} // namespace

expected<retry_of_job> judge_retry(const tenant_state& tenant, const pod_record& state,
                                   const catalogue& offers, const job& failed,
                                   const user_id& user) {
  if (failed.status != job_status::failed && failed.status != job_status::cancelled)
    return invalid(failed, "Only a failed or cancelled job can be retried.");
  if (failed.type == job_type::provision)
    return retry_provision(tenant, state.pod, offers, failed);
  if (failed.items.empty())
    return invalid(failed, "What the job was about is not known any more.");
  if (failed.type == job_type::destroy) {
    destroy_pod again;
    again.payload = failed.payload;
    again.user = user;
    again.parameters = failed.items.front().parameters;
    again.retry_of = failed.id.value;
    return again;
  }
  return repeat(failed.items.front(), failed, user);
}

std::vector<new_event> accept_retry(const pod_record& state, const job& failed, const user_id& user,
                                    const job_id& id, const item_id& item, const placement& place) {
  const auto& pod = state.pod;
  std::vector<new_event> events;
  const auto say = [&](std::string stream, event_payload payload, std::string message,
                       category kind) {
    events.push_back({std::move(stream), pod.tenant, pod.id, place.guest, id, kind,
                      std::move(message), std::move(payload)});
  };
  auto order = pod.order;
  order.node = place.node;
  order.guest = place.guest;
  order.ip_address = place.ip_address;
  order.retry_of = failed.id.value;
  say(tenant_stream(pod.tenant), quota_reserved{pod.size()}, "Quota reserved", category::info);
  say(pod_stream(pod.id), std::move(order), "CloudPod ordered again", category::state_change);
  say(pod_stream(pod.id), job_queued{job_type::provision, user, failed.payload, failed.id.value},
      "Job queued", category::info);
  say(pod_stream(pod.id), item_queued{item, item_action::create, failed.payload}, "Create queued",
      category::info);
  return events;
}

} // namespace cloudpods::domain
