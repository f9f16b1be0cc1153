#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/order.hpp"

namespace cloudpods::domain {

/// A caller asks for a stack (contract 15); the definition is its blueprint's as it is now.
struct deploy_stack {
  std::string slug;
  stack_definition definition;
  stack_failure on_failure = stack_failure::rollback;
  std::map<std::string, std::string> parameters;
  json_text payload;
  user_id user;
  std::optional<std::string> retry_of;
};

/// What only the outside can give to a decision about a deployment.
struct deployment_makers {
  std::function<item_id()> item;
  /// What a task's queue item keeps: its name and its command.
  std::function<json_text(const stack_task& expanded)> task_payload;
};

struct deploy_ids {
  deployment_id deployment;
  job_id job;
  std::function<pod_id()> pod; ///< a new one at each call
};

/// One pod of a stack that may be accepted once a place is found.
struct admitted_member {
  stack_pod member;
  order_pod command;
  admitted_order order;
};

/// Judges a whole stack by the tenant's state: its names, its nodes, then its quota as one sum.
/// Refuses with `VALIDATION_FAILED`, `NAME_IN_USE`, `NO_CAPACITY`, `QUOTA_EXCEEDED`.
expected<std::vector<admitted_member>> judge(const tenant_state& state, const catalogue& offers,
                                             const deploy_stack& command, const deploy_ids& ids);

/// The facts of an accepted stack, in one append: the whole quota, every order, the job, and the
/// creates of the pods that wait for nobody. `places` are those of `members`, in their order.
std::vector<new_event> accept(const tenant_state& state, const catalogue& offers,
                              const deploy_stack& command,
                              const std::vector<admitted_member>& members,
                              const std::vector<placement>& places, const deploy_ids& ids,
                              const deployment_makers& make);

/// The same stack once more, for a retry of its job.
deploy_stack again(const deployment& failed, const job& of_job, const user_id& user);

} // namespace cloudpods::domain
