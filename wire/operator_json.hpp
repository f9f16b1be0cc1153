#pragma once

#include <string>
#include <vector>

#include "domain/platform.hpp"
#include "domain/recount.hpp"
#include "wire/node_json.hpp"

// What operators are told of all tenants together (contract 8, 12), written into a document.

namespace cloudpods::wire {

/// `GET /admin/stats`; ages are as of `now`.
std::string stats_json(const domain::platform_figures& figures, const std::vector<node_view>& nodes,
                       domain::instant now);

/// What a recalculation found of one tenant.
struct recount_view {
  domain::tenant_id tenant;
  std::int64_t seq = 0; ///< of the log, where this was so
  domain::holdings held;
  std::vector<domain::recount_difference> differences;
  std::vector<domain::node_name> nodes_read;
  std::vector<domain::node_name> nodes_away; ///< their pods' guests were not looked for
};

std::string recount_json(const recount_view& view);

} // namespace cloudpods::wire
