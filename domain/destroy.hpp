#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/tenant.hpp"

namespace cloudpods::domain {

/// A caller asks for a pod's end (contract 6).
struct destroy_pod {
  std::string reason;
  user_id user;
  json_text payload;
  action_parameters parameters; ///< `backup_first`: what `finalBackup` asks
  std::optional<std::string> retry_of;
};

struct destroy_ids {
  job_id job;
  item_id item;
  std::string backup; ///< names the final backup, where one is asked
};

/// A destroy that is open already: asked again, it is the same job (contract 10).
struct open_destroy {
  job_id job;
};

/// The facts of an accepted destroy, or the one under way. Refuses with `INVALID_STATE`,
/// `PROTECTED`.
expected<std::variant<std::vector<new_event>, open_destroy>> decide(const pod_record& state,
                                                                    const catalogue& offers,
                                                                    const destroy_pod& command,
                                                                    const destroy_ids& ids);

} // namespace cloudpods::domain
