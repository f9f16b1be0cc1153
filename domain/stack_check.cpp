#include "domain/stack_check.hpp"

#include <algorithm>
#include <set>

#include "domain/formats.hpp"
#include "domain/pattern.hpp"
#include "domain/stack_names.hpp"

namespace cloudpods::domain {

namespace {

constexpr std::size_t most_tasks = 50;

std::string at(std::size_t resource, std::string_view field) {
  return "/resources/" + std::to_string(resource) + "/" + std::string{field};
}

/// Collects the faults of one stack.
class stack_judge {
public:
  stack_judge(const stack_definition& stack, const task_templates& tasks)
      : stack_(stack), tasks_(tasks) {}

  std::vector<field_error> judge() {
    if (stack_.version != 1)
      fault("/version", "invalid_value", "must be 1");
    if (stack_.resources.empty())
      fault("/resources", "required", "must name at least one resource");
    for (std::size_t i = 0; i < stack_.resources.size(); ++i)
      judge_resource(i);
    judge_count();
    judge_cycles();
    if (stack_.post_create.size() > most_tasks)
      fault("/postCreate", "out_of_range", "has more than " + std::to_string(most_tasks));
    else
      for (std::size_t i = 0; i < stack_.post_create.size(); ++i)
        judge_task(i);
    return std::move(faults_);
  }

private:
  void fault(std::string field, std::string code, std::string message) {
    faults_.push_back({std::move(field), std::move(code), std::move(message)});
  }

  [[nodiscard]] const stack_resource* find(std::string_view role) const {
    const auto found = std::ranges::find(stack_.resources, role, &stack_resource::role);
    return found == stack_.resources.end() ? nullptr : &*found;
  }

  void judge_resource(std::size_t i) {
    const auto& each = stack_.resources[i];
    if (each.kind != stack_resource_kind)
      fault(at(i, "kind"), "invalid_value", "must be " + std::string{stack_resource_kind});
    if (!is_dns_label(each.role))
      fault(at(i, "role"), "invalid_format",
            "must be 1 to 63 of a-z, 0-9 and '-', with no hyphen at either end");
    else if (find(each.role) != &each)
      fault(at(i, "role"), "duplicate", "is the role of another resource");
    if (each.count < 1)
      fault(at(i, "count"), "out_of_range", "must be at least 1");
    if (judge_pattern(i))
      judge_names(i);
    for (std::size_t j = 0; j < each.depends_on.size(); ++j)
      if (find(each.depends_on[j]) == nullptr)
        fault(at(i, "dependsOn/") + std::to_string(j), "unknown", "names no role of this stack");
  }

  /// True where the pattern gives names at all.
  bool judge_pattern(std::size_t i) {
    const auto& pattern = stack_.resources[i].hostname_pattern;
    bool sound = true;
    for (const auto& name : placeholders_of(pattern))
      if (!is_stack_placeholder(name)) {
        fault(at(i, "hostnamePattern"), "unknown_placeholder",
              "{" + name +
                  "} is not known; known are {tenantSlug}, {role}, {index} and "
                  "{deployment}");
        sound = false;
      }
    return sound;
  }

  /// With the shortest values there are: what is no name then never is one.
  void judge_names(std::size_t i) {
    const auto& each = stack_.resources[i];
    for (std::int64_t index = 1; index <= std::min(each.count, most_pods_of_stack); ++index) {
      const auto name =
          stack_hostname(each.hostname_pattern, {"t", each.role, index, deployment_id{"d"}});
      if (!is_dns_label(name)) {
        fault(at(i, "hostnamePattern"), "invalid_format",
              "must give a DNS label: 1 to 63 of a-z, 0-9 and '-'");
        return;
      }
      if (!names_.insert(name).second) {
        fault(at(i, "hostnamePattern"), "conflict",
              "gives a name that another pod of this stack has; {role} and {index} tell them "
              "apart");
        return;
      }
    }
  }

  void judge_count() {
    std::int64_t pods = 0;
    for (const auto& each : stack_.resources)
      pods += std::clamp<std::int64_t>(each.count, 0, most_pods_of_stack + 1);
    if (pods > most_pods_of_stack)
      fault("/resources", "out_of_range",
            "must not ask for more than " + std::to_string(most_pods_of_stack) + " pods");
  }

  /// Whether `role` is waited for by one that it waits for itself.
  [[nodiscard]] bool reaches(const stack_resource& from, std::string_view role,
                             std::set<std::string_view>& seen) const {
    return std::ranges::any_of(from.depends_on, [&](const std::string& next) {
      if (next == role)
        return true;
      const auto* found = find(next);
      return found != nullptr && seen.insert(next).second && reaches(*found, role, seen);
    });
  }

  void judge_cycles() {
    for (std::size_t i = 0; i < stack_.resources.size(); ++i) {
      std::set<std::string_view> seen;
      const auto& each = stack_.resources[i];
      if (find(each.role) == &each && reaches(each, each.role, seen))
        fault(at(i, "dependsOn"), "cycle", "waits for itself");
    }
  }

  void judge_task(std::size_t i) {
    const auto& name = stack_.post_create[i];
    const auto field = "/postCreate/" + std::to_string(i);
    const auto found = tasks_.find(name);
    if (found == tasks_.end()) {
      fault(field, "unknown", "has no entry in [post_create]");
      return;
    }
    for (const auto& each : pods_named_in(found->second))
      if (find(each.role) == nullptr)
        fault(field, "unknown_role",
              "needs {" + each.what + ":" + each.role + "}, and this stack has no such role");
  }

  const stack_definition& stack_;
  const task_templates& tasks_;
  std::set<std::string> names_;
  std::vector<field_error> faults_;
};

} // namespace

std::vector<pod_placeholder> pods_named_in(const std::vector<std::string>& argv) {
  std::vector<pod_placeholder> found;
  for (const auto& argument : argv)
    for (const auto& name : placeholders_of(argument))
      if (const auto colon = name.find(':'); colon != std::string::npos)
        found.push_back({name.substr(0, colon), name.substr(colon + 1)});
  return found;
}

std::vector<field_error> faults_of(const stack_definition& stack, const task_templates& tasks) {
  return stack_judge{stack, tasks}.judge();
}

} // namespace cloudpods::domain
