#include "domain/backup_schedule.hpp"

#include <algorithm>
#include <ranges>

namespace cloudpods::domain {

namespace {

std::unexpected<problem> not_due(const pod& pod, std::string sentence) {
  return refused(problem_code::invalid_state, std::move(sentence),
                 std::vector<detail>{{"status", std::string{text(pod.status)}}});
}

/// In [0, 1), the same in every process (FNV-1a, its last bits mixed into the first ones).
double share_of(const std::string& name) {
  std::uint64_t hash = 14695981039346656037U;
  for (const auto each : name)
    hash = (hash ^ static_cast<unsigned char>(each)) * 1099511628211U;
  hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdU;
  return static_cast<double>((hash ^ (hash >> 33U)) >> 11U) * 0x1p-53;
}

std::optional<instant> last_good_of(const pod& pod) {
  const auto newest =
      std::ranges::find_if(pod.backups | std::views::reverse, &pod_backup::by_policy);
  if (newest == pod.backups.rend())
    return std::nullopt;
  return newest->created_at;
}

bool rests(const pod& pod, instant now) {
  return pod.upkeep_failed_at && now < *pod.upkeep_failed_at + pause_after_failure;
}

expected<std::vector<new_event>> back_up_by_policy(const tenant_state& tenant,
                                                   const pod_record& state, const catalogue& offers,
                                                   const action_ids& ids, instant now) {
  const auto& pod = state.pod;
  const auto* policy = policy_of(tenant, pod, offers);
  if (policy == nullptr)
    return not_due(pod, "No backup policy is the pod's.");
  if (state.open_item(item_action::backup) != nullptr || state.open_item(item_action::destroy))
    return not_due(pod, "A backup or the destroy of the pod is open.");
  if (now < next_backup_at(pod.id, last_good_of(pod), *policy))
    return not_due(pod, "The pod's backup is not due yet.");
  act_on_pod wish;
  wish.action = item_action::backup;
  wish.parameters.by_policy = true;
  wish.parameters.keep_last = policy->keep_last;
  wish.parameters.keep_days = policy->keep_days;
  wish.payload = json_text{R"({"mode":"snapshot","policy":")" + policy->name + R"("})"};
  auto decided = decide(tenant, state, offers, wish, ids);
  if (!decided)
    return std::unexpected{std::move(decided.error())};
  return std::get<std::vector<new_event>>(std::move(*decided));
}

expected<std::vector<new_event>> remove_all(const tenant_state& tenant, const pod_record& state,
                                            const catalogue& offers, const action_ids& ids,
                                            instant now) {
  const auto& pod = state.pod;
  const auto days = days_after_end(policy_of(tenant, pod, offers));
  if (pod.backups.empty() || state.has_work())
    return not_due(pod, "The deleted pod has no backups that are to be removed.");
  if (!pod.deleted_at || now < *pod.deleted_at + std::chrono::days{days})
    return not_due(pod, "The backups of the deleted pod are kept for some time yet.");
  const json_text payload{R"({"reason":"pod_deleted"})"};
  const auto say = [&](event_payload fact, std::string message) {
    return new_event{pod_stream(pod.id), pod.tenant,     pod.id,
                     pod.order.guest,    ids.job,        category::info,
                     std::move(message), std::move(fact)};
  };
  return std::vector<new_event>{
      say(job_queued{job_type::backup, {}, payload, {}}, "Job queued"),
      say(item_queued{ids.item, item_action::cleanup, payload}, "Cleanup queued")};
}

} // namespace

const backup_policy* policy_of(const plan* sold, const tenant_plan* tier, const catalogue& offers) {
  if (sold != nullptr && !sold->backup_policy.empty())
    return offers.find_backup_policy(sold->backup_policy);
  return tier != nullptr ? offers.find_backup_policy(tier->backup_policy) : nullptr;
}

const backup_policy* policy_of(const tenant_state& tenant, const pod& pod,
                               const catalogue& offers) {
  return policy_of(offers.find_plan(pod.order.plan.value),
                   tenant.plan ? offers.find_tenant_plan(*tenant.plan) : nullptr, offers);
}

std::int64_t days_after_end(const backup_policy* policy) {
  return policy != nullptr ? policy->keep_days : backup_policy{}.keep_days;
}

instant next_backup_at(const pod_id& pod, const std::optional<instant>& last_good,
                       const backup_policy& policy) {
  if (!last_good)
    return {};
  const std::chrono::milliseconds every = std::chrono::hours{policy.every_hours};
  const auto most = static_cast<double>(every.count()) / 10;
  const std::chrono::milliseconds sooner{static_cast<std::int64_t>(most * share_of(pod.value))};
  return *last_good + every - sooner;
}

expected<std::vector<new_event>> decide_upkeep(const tenant_state& tenant, const pod_record& state,
                                               const catalogue& offers, const action_ids& ids,
                                               instant now) {
  if (rests(state.pod, now))
    return not_due(state.pod, "The newest run of the backup policy failed a short time ago.");
  return state.pod.is_live() ? back_up_by_policy(tenant, state, offers, ids, now)
                             : remove_all(tenant, state, offers, ids, now);
}

} // namespace cloudpods::domain
