#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/problem.hpp"
#include "domain/stack_definition.hpp"

namespace cloudpods::domain {

using task_templates = std::map<std::string, std::vector<std::string>, std::less<>>;

/// What a task's placeholder asks of a pod: `vmid` or `ip`, and of which role.
struct pod_placeholder {
  std::string what;
  std::string role;
};

/// The pods that a task names, in order.
std::vector<pod_placeholder> pods_named_in(const std::vector<std::string>& argv);

/// Every rule that a stack breaks (contract 15), each by the JSON pointer into its document: kinds,
/// roles, patterns, counts, `dependsOn`, `postCreate`. Sizes are judged where they are read.
std::vector<field_error> faults_of(const stack_definition& stack, const task_templates& tasks);

} // namespace cloudpods::domain
