#include "domain/item_facts.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

resources counted(const pod_size& size) {
  return {0, size.cpu_cores, size.memory_mb, size.disk_gb};
}

/// Per dimension, what of `amount` is above 0.
resources above_zero(resources amount) {
  for (const auto& each : dimensions)
    amount.*each.amount = std::max<std::int64_t>(0, amount.*each.amount);
  return amount;
}

bool is_of_whole_job(const event_payload& payload) {
  return std::holds_alternative<job_started>(payload) ||
         std::holds_alternative<job_succeeded>(payload) ||
         std::holds_alternative<job_failed>(payload) ||
         std::holds_alternative<job_cancelled>(payload);
}

} // namespace

void item_facts::say(event_payload payload, std::string message, category kind) {
  if (job_->is_share && is_of_whole_job(payload))
    return;
  new_event made = blank(std::move(payload), std::move(message), kind);
  made.stream = pod_stream(state_.pod.id);
  events_.push_back(std::move(made));
}

void item_facts::say_quota(event_payload payload, std::string message) {
  new_event made = blank(std::move(payload), std::move(message), category::info);
  made.stream = tenant_stream(state_.pod.tenant);
  events_.push_back(std::move(made));
}

new_event item_facts::blank(event_payload payload, std::string message, category kind) const {
  new_event made;
  made.tenant = state_.pod.tenant;
  made.pod = state_.pod.id;
  made.guest = state_.pod.order.guest;
  made.job = job_->id;
  made.category = kind;
  made.message = std::move(message);
  made.payload = std::move(payload);
  return made;
}

void item_facts::release() {
  const auto& pod = state_.pod;
  if (pod.held == holding::none)
    return;
  const bool used = pod.held == holding::used;
  say_quota(quota_released{used ? pod.size() : resources{},
                           (used ? resources{} : pod.size()) + pod.growing},
            "Quota released");
}

void item_facts::settle(const pod_size& now, const resources& reserved) {
  const auto& pod = state_.pod;
  const auto change = counted(now) - counted(pod.sizes());
  const auto up = above_zero(change);
  const auto down = above_zero(resources{} - change);
  // A guest that was found larger than its books is counted as it is.
  if (const auto unforeseen = above_zero(up - reserved); unforeseen != resources{})
    say_quota(quota_reserved{unforeseen}, "Quota reserved");
  if (up != resources{})
    say_quota(quota_committed{up}, "Quota committed");
  const auto unused = above_zero(reserved - up);
  if (down != resources{} || unused != resources{})
    say_quota(quota_released{down, unused}, "Quota released");
}

std::string short_of(std::string text) {
  constexpr std::size_t most = 2000;
  if (text.size() <= most)
    return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
    --end;
  return text.substr(0, end);
}

} // namespace cloudpods::domain
