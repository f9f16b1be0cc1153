#include "domain/health.hpp"

#include <cmath>

namespace cloudpods::domain {

namespace {

constexpr std::int64_t busy_percent = 85;
constexpr std::int64_t full_percent = 80;
constexpr std::int64_t almost_full_percent = 90;
constexpr std::int64_t exhausted_percent = 95;
/// An agent starts late: until then its silence says nothing.
constexpr std::int64_t agent_patience_s = 180;

std::optional<std::int64_t> percent(const std::optional<double>& share) {
  if (!share)
    return std::nullopt;
  return static_cast<std::int64_t>(std::lround(*share * 100));
}

bool is_past(const std::optional<std::int64_t>& value, std::int64_t most) {
  return value && *value >= most;
}

void worsen(health_reading& now, health_status to, const std::string& why) {
  if (now.status < to)
    now.status = to;
  now.message += (now.message.empty() ? "" : "; ") + why;
}

void judge_running(const guest_health& found, health_reading& now) {
  if (is_past(now.cpu_percent, busy_percent))
    worsen(now, health_status::warning, "the processor is busy");
  if (is_past(now.memory_percent, exhausted_percent))
    worsen(now, health_status::critical, "memory is exhausted");
  else if (is_past(now.memory_percent, busy_percent))
    worsen(now, health_status::warning, "memory is short");
  if (is_past(now.disk_percent, almost_full_percent))
    worsen(now, health_status::critical, "the disk is almost full");
  else if (is_past(now.disk_percent, full_percent))
    worsen(now, health_status::warning, "the disk fills up");
  const bool agent_is_due = now.uptime_s && *now.uptime_s > agent_patience_s;
  if (found.agent && !*found.agent && agent_is_due)
    worsen(now, health_status::warning, "the guest's agent does not answer");
  if (found.reachable && !*found.reachable)
    worsen(now, health_status::critical, "the network does not answer");
  for (const auto& each : found.issues)
    worsen(now, health_status::warning, each);
}

} // namespace

health_reading judge_health(const pod& pod, const guest_health& found) {
  health_reading now;
  now.status = health_status::ok;
  now.cpu_percent = percent(found.cpu);
  now.memory_percent = percent(found.memory);
  now.disk_percent = percent(found.disk);
  now.uptime_s = found.uptime_s;
  now.agent = found.agent;
  const bool off_on_purpose = pod.wanted == power_state::stopped || pod.suspended;
  if (found.status == "running") {
    now.power = power_state::running;
    now.reachable = found.reachable.value_or(true);
    judge_running(found, now);
  } else if (found.status == "stopped") {
    now.power = power_state::stopped;
    if (!off_on_purpose)
      worsen(now, health_status::critical, "the guest does not run");
  } else if (found.status.empty()) {
    now.status = health_status::unknown;
    now.message = "the node does not tell";
  } else {
    worsen(now, health_status::warning, "the guest is " + found.status);
  }
  return now;
}

guest_health health_in_list(const listed_guest& guest) {
  guest_health found;
  // Proxmox says `unknown` of a guest that it has not looked at yet.
  found.status = guest.status == "unknown" ? std::string{} : guest.status;
  found.cpu = guest.cpu;
  found.uptime_s = guest.uptime_s;
  if (guest.kind == guest_kind::ct) {
    found.memory = guest.memory;
    found.disk = guest.disk;
  }
  return found;
}

bool is_news(const std::optional<pod_health>& before, const health_reading& now) {
  return !before || before->reading.status != now.status || before->reading.power != now.power ||
         before->reading.reachable != now.reachable;
}

std::vector<new_event> note_health(const pod_record& state, const guest_health& found) {
  const auto& pod = state.pod;
  if (pod.status != pod_status::active || state.has_work())
    return {};
  const auto now = judge_health(pod, found);
  if (now.status == health_status::unknown || !is_news(pod.health, now))
    return {};
  new_event fact;
  fact.stream = pod_stream(pod.id);
  fact.tenant = pod.tenant;
  fact.pod = pod.id;
  fact.guest = pod.order.guest;
  fact.category = category::health;
  fact.message = "Health is " + std::string{text(now.status)};
  fact.payload = pod_health_changed{now};
  return {std::move(fact)};
}

} // namespace cloudpods::domain
