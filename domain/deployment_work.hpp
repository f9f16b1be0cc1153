#pragma once

#include <string>
#include <variant>
#include <vector>

#include "domain/deploy.hpp"
#include "domain/destroy.hpp"

// How a deployment goes on (contract 15). Plain functions of what its tenant has folded: whoever
// asks again, after whatever crash, gets what is still missing and nothing twice.

namespace cloudpods::domain {

/// The facts that follow now: the creates of pods whose roles stand, the next task, success, a
/// failure with what it takes away, the job's end. Nothing where it waits, or has ended.
std::vector<new_event> advance(const tenant_state& state, const deployment& of,
                               const deployment_makers& make);

/// The facts of a cancel of one of its jobs: a rollback begins. Nothing where that was asked
/// already. Refuses with `INVALID_STATE`: of a destroy, and of what goes back anyway.
expected<std::vector<new_event>> cancel(const tenant_state& state, const deployment& of,
                                        const job& which, const std::string& reason,
                                        const deployment_makers& make);

struct end_deployment {
  std::string reason;
  user_id user;
  json_text payload;
  std::optional<std::string> retry_of;
};

/// The facts of an accepted destroy of a whole deployment, or the one under way. What still deploys
/// ends with it. Refuses with `INVALID_STATE` (it is gone already), `PROTECTED`.
expected<std::variant<std::vector<new_event>, open_destroy>>
destroy(const tenant_state& state, const deployment& of, const end_deployment& command,
        const job_id& job, const deployment_makers& make);

/// How far the deployment's open job is, in percent: its items by how far each is. `of_pod` tells
/// that of the item that runs on a pod, 0 to 100.
int percent_of(const tenant_state& state, const deployment& of,
               const std::map<pod_id, int>& of_pod);

} // namespace cloudpods::domain
