#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/operation.hpp"
#include "domain/tenant.hpp"

namespace cloudpods::domain {

/// A tenant's pod as its row has it.
struct projected_pod {
  pod_id id;
  std::string status;
  std::optional<vmid> guest;
  resources size;
};

/// The rows of one tenant.
struct tenant_projection {
  holdings held;
  quota_changed own_limits;
  std::vector<projected_pod> pods;
};

/// What the nodes listed, of those that answered, and when they were asked.
struct guests_seen {
  std::map<node_name, guest_list> by_node;
  instant asked_at;
};

/// One place where what must be equal is not.
struct recount_difference {
  std::string where; ///< `log`, `projection` or `node`
  std::optional<pod_id> pod;
  std::string field;    ///< `used.cpuCores`, `status`, `guest`, …
  std::string expected; ///< by the fold of the log
  std::string found;
};

/// Compares the fold of a tenant's log with its rows, with the sum over its pods, and with what the
/// nodes list: an active pod has its guest, a deleted one none. Pods that changed shortly before
/// the nodes were asked, or since, are not looked for there, nor those of nodes that did not
/// answer. Changes nothing (contract 12).
std::vector<recount_difference> recount(const tenant_state& fold, const tenant_projection& rows,
                                        const guests_seen& seen);

} // namespace cloudpods::domain
