#pragma once

#include <vector>

#include "domain/operation.hpp"
#include "domain/pod.hpp"

namespace cloudpods::domain {

/// How a pod does by what its node says of its guest (contract 6, 17): a guest that is not as it is
/// wanted is `critical`, unless it was stopped on purpose or its pod is suspended; processor and
/// memory past 85 % and disk past 80 % are a `warning`.
health_reading judge_health(const pod& pod, const guest_health& found);

/// What the cluster's list tells of a guest. Of a VM's memory and disk it has the host's view only,
/// which is left out.
guest_health health_in_list(const listed_guest& guest);

/// Whether `now` is told: another status, power or reach than was told last, or the first reading.
bool is_news(const std::optional<pod_health>& before, const health_reading& now);

/// The fact of a health that a sweep found; none where it is no news, the pod is not active, or an
/// item of it is open, under which a guest may be in any state (contract 17).
std::vector<new_event> note_health(const pod_record& state, const guest_health& found);

} // namespace cloudpods::domain
