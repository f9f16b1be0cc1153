#include "wire/pod_views_json.hpp"

#include <algorithm>

namespace cloudpods::wire {

namespace {

/// Nothing where nobody knows whether the guest runs.
std::optional<bool> powered_on(domain::power_state power) {
  if (power == domain::power_state::unknown)
    return std::nullopt;
  return power == domain::power_state::running;
}

} // namespace

void write_backup(json_writer& out, const domain::pod_backup& backup,
                  std::optional<domain::instant> expires_at) {
  out.begin_object().field("id", backup.id).field("volume", backup.archive.volume);
  out.field("sizeBytes", backup.archive.size_bytes).field("mode", backup.mode);
  out.field("createdAt", backup.created_at).field("expiresAt", expires_at).end_object();
}

void write_snapshot(json_writer& out, const domain::pod_snapshot_entry& snapshot) {
  out.begin_object().field("name", snapshot.name).field("description", snapshot.description);
  out.field("createdAt", snapshot.created_at).end_object();
}

std::optional<domain::instant> last_checked(const domain::pod& pod,
                                            const std::optional<domain::instant>& checked) {
  if (!pod.health)
    return checked;
  return std::max(pod.health->changed_at, checked.value_or(pod.health->changed_at));
}

std::string health_json(const domain::pod& pod, const std::optional<domain::instant>& checked,
                        const std::optional<domain::job_id>& refresh) {
  const auto& known = pod.health;
  const auto reading = known ? known->reading : domain::health_reading{};
  json_writer out;
  out.begin_object().field("status", reading.status);
  out.field("checkedAt", last_checked(pod, checked));
  out.field("poweredOn", powered_on(known ? reading.power : pod.power));
  out.field("reachable", known ? std::optional{reading.reachable} : std::nullopt);
  out.key("checks").begin_object().field("cpu", reading.cpu_percent);
  out.field("memory", reading.memory_percent).field("disk", reading.disk_percent);
  out.field("uptimeS", reading.uptime_s).field("agent", reading.agent).end_object();
  if (refresh)
    out.field("refreshJobId", *refresh);
  return out.end_object().take();
}

} // namespace cloudpods::wire
