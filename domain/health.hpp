#pragma once

#include "domain/operation.hpp"
#include "domain/pod.hpp"

namespace cloudpods::domain {

/// How a pod does by what its node says of its guest (contract 6, 17): a guest that is not as it is
/// wanted is `critical`, unless it was stopped on purpose or its pod is suspended; processor and
/// memory past 85 % and disk past 80 % are a `warning`.
health_reading judge_health(const pod& pod, const guest_health& found);

} // namespace cloudpods::domain
