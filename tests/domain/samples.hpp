#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/order.hpp"

// What the tests of this room sell, and to whom.

namespace cloudpods::domain::samples {

/// Seconds after some noon.
instant after(std::int64_t seconds);

/// Plans `starter`, `premium`, `student` (smaller than its template), `single` (one per tenant) and
/// `retired`; blueprints `ubuntu` (a VM, the default), `debian` (a container), `old`; nodes `pve1`
/// with everything, `pve2` without snippets, `far1` in another region without addresses.
catalogue offers();
std::shared_ptr<const catalogue> shared_offers();

tenant_id tenant();
order_pod order(std::string plan = "starter");
order_ids ids(int number);

/// The facts as they would stand in the log, from `seq` on.
std::vector<event> committed(const std::vector<new_event>& facts, std::int64_t seq, instant at);

/// The order's facts on `guest`, folded into a state of its tenant.
tenant_state with_pod(tenant_state state, const order_pod& command, int number, vmid guest);

} // namespace cloudpods::domain::samples
