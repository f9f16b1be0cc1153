#include "domain/deployment_work.hpp"

#include <algorithm>

#include "domain/deployment_facts.hpp"
#include "domain/pattern.hpp"
#include "domain/stack_check.hpp"

namespace cloudpods::domain {

namespace {

const stack_resource& resource_of(const deployment& of, const std::string& role) {
  return *std::ranges::find(of.order.definition.resources, role, &stack_resource::role);
}

bool stands(const pod_record& record) {
  return record.pod.status == pod_status::active &&
         record.job_with_open(item_action::destroy) == nullptr;
}

bool role_stands(const tenant_state& state, const deployment& of, const std::string& role) {
  return std::ranges::all_of(of.order.pods, [&](const stack_pod& each) {
    return each.role != role || stands(*state.find(each.pod));
  });
}

bool was_begun(const deployment& of, const pod_id& pod) {
  return std::ranges::find(of.begun, pod) != of.begun.end();
}

/// Why the pod will not stand any more as this deployment wants it; nothing while it may.
std::optional<stack_failed> trouble_of(const stack_pod& member, const pod_record& record) {
  const auto& pod = record.pod;
  const auto said = "The pod " + pod.order.name + " (" + member.role + ") ";
  if (pod.status == pod_status::error)
    return stack_failed{std::string{text(pod.error->code)}, said + "failed: " + pod.error->message};
  if (pod.status == pod_status::deleting || pod.status == pod_status::deleted ||
      record.job_with_open(item_action::destroy) != nullptr)
    return stack_failed{"INVALID_STATE", said + "is being destroyed or is gone."};
  return std::nullopt;
}

/// The item of a task, as its job has it.
const queue_item* task_item(const tenant_state& state, const deployment& of, std::size_t task) {
  return state.jobs.at(of.deploy_job)->find(of.tasks[task]);
}

std::optional<stack_failed> find_trouble(const tenant_state& state, const deployment& of) {
  for (const auto& each : of.order.pods)
    if (auto trouble = trouble_of(each, *state.find(each.pod)))
      return trouble;
  for (std::size_t i = 0; i < of.tasks.size(); ++i)
    if (const auto* item = task_item(state, of, i); item->status == item_status::failed)
      return stack_failed{"POST_CREATE_FAILED",
                          "The task " + of.order.tasks[i].name + " failed: " + item->error_message};
  return std::nullopt;
}

const stack_pod* first_of_role(const deployment& of, const std::string& role) {
  const auto found = std::ranges::find(of.order.pods, role, &stack_pod::role);
  return found == of.order.pods.end() ? nullptr : &*found;
}

/// The task's command: a role means its first pod.
stack_task expanded(const tenant_state& state, const deployment& of, stack_task task) {
  for (auto& argument : task.argv)
    argument = expand_pattern(argument, [&](std::string_view name) -> std::optional<std::string> {
      if (name == "tenantId")
        return of.tenant.value;
      const auto colon = name.find(':');
      const auto* member = colon == std::string_view::npos
                               ? nullptr
                               : first_of_role(of, std::string{name.substr(colon + 1)});
      if (member == nullptr)
        return std::nullopt;
      const auto& order = state.find(member->pod)->pod.order;
      if (name.substr(0, colon) == "vmid")
        return std::to_string(order.guest);
      return order.ip_address.value_or(std::string{});
    });
  return task;
}

/// The pod on whose node the task runs: the one that its first placeholder names, else the first.
const pod_id& pod_of(const deployment& of, const stack_task& task) {
  for (const auto& each : pods_named_in(task.argv))
    if (const auto* member = first_of_role(of, each.role))
      return member->pod;
  return of.order.pods.front().pod;
}

/// Creates of pods whose roles stand by now.
void begin_creates(const tenant_state& state, const deployment& of, const deployment_makers& make,
                   deployment_facts& said) {
  for (const auto& each : of.order.pods) {
    const auto& needs = resource_of(of, each.role).depends_on;
    if (was_begun(of, each.pod) || !std::ranges::all_of(needs, [&](const std::string& role) {
          return role_stands(state, of, role);
        }))
      continue;
    said.say_of(state.find(each.pod)->pod, item_queued{make.item(), item_action::create, {}},
                "Create queued");
  }
}

job_result result_of(const tenant_state& state, const deployment& of) {
  job_result made;
  for (std::size_t i = 0; i < of.tasks.size(); ++i)
    made.output += task_item(state, of, i)->output;
  constexpr std::size_t most = 65536;
  if (made.output.size() > most)
    made.output.erase(0, made.output.size() - most);
  return made;
}

/// Every pod stands: the next task, or the end.
void run_tasks(const tenant_state& state, const deployment& of, const deployment_makers& make,
               deployment_facts& said) {
  const auto done = of.tasks.size();
  if (done > 0 && !is_terminal(task_item(state, of, done - 1)->status))
    return;
  if (done < of.order.tasks.size()) {
    const auto task = expanded(state, of, of.order.tasks[done]);
    item_queued queued{make.item(), item_action::post_create, make.task_payload(task)};
    queued.parameters.name = task.name;
    said.say_of(state.find(pod_of(of, of.order.tasks[done]))->pod, std::move(queued),
                "Task " + task.name + " queued");
    return;
  }
  said.say(stack_deployed{}, "Stack " + of.order.slug + " is deployed", category::state_change);
  said.say(job_succeeded{result_of(state, of)}, "Job succeeded");
}

/// Whether the pod never came to stand: there is nothing of its owner's in it.
bool never_stood(const pod& pod) {
  if (pod.status == pod_status::error)
    return pod.error->code == pod_fault::create_failed || pod.error->code == pod_fault::cancelled;
  return pod.status == pod_status::pending || pod.status == pod_status::provisioning;
}

/// What is to go of a deployment that fails: all of it, or what never stood. A protected pod stays.
bool goes(const deployment& of, const pod& pod, bool all) {
  const bool rolls_back = all || of.order.on_failure == stack_failure::rollback;
  return !pod.is_protected && (rolls_back || never_stood(pod));
}

void fail(const tenant_state& state, const deployment& of, const stack_failed& why, bool all,
          const deployment_makers& make, deployment_facts& said) {
  said.say(why, "Stack " + of.order.slug + " failed: " + why.message, category::state_change);
  for (const auto& each : of.order.pods) {
    const auto record = state.find(each.pod);
    if (goes(of, record->pod, all))
      said.remove(*record, "The deployment failed.", make.item);
  }
}

bool is_removing(const tenant_state& state, const deployment& of) {
  return std::ranges::any_of(of.order.pods, [&](const stack_pod& each) {
    return state.find(each.pod)->job_with_open(item_action::destroy) != nullptr;
  });
}

/// Names of pods that were to go and did not.
std::string left_of(const tenant_state& state, const deployment& of) {
  std::string names;
  for (const auto& each : of.order.pods) {
    const auto& pod = state.find(each.pod)->pod;
    if (pod.status == pod_status::error || (pod.is_live() && pod.is_protected))
      names += (names.empty() ? "" : ", ") + pod.order.name;
  }
  return names;
}

void end_failed(const tenant_state& state, const deployment& of, deployment_facts& said) {
  if (is_removing(state, of))
    return;
  const auto left = left_of(state, of);
  const auto tail = left.empty() ? std::string{} : " Left: " + left + ".";
  if (state.jobs.at(*of.open_job)->cancel_requested && left.empty())
    said.say(job_cancelled{}, "Job cancelled");
  else
    said.say(job_failed{of.failure->code, of.failure->message + tail}, "Job failed",
             category::error);
}

void end_destroyed(const tenant_state& state, const deployment& of, deployment_facts& said) {
  if (is_removing(state, of))
    return;
  const bool gone = std::ranges::none_of(
      of.order.pods, [&](const stack_pod& each) { return state.find(each.pod)->pod.is_live(); });
  if (!gone) {
    said.say(job_failed{"DESTROY_FAILED", "Not all pods are gone."}, "Job failed", category::error);
    return;
  }
  said.say(stack_destroyed{}, "Stack " + of.order.slug + " is destroyed", category::state_change);
  said.say(job_succeeded{}, "Job succeeded");
}

void tell_start(const job& open, deployment_facts& said) {
  const bool began = std::ranges::any_of(
      open.items, [](const queue_item& each) { return each.status != item_status::queued; });
  if (open.status == job_status::pending && began)
    said.say(job_started{}, "Job started");
}

} // namespace

std::vector<new_event> advance(const tenant_state& state, const deployment& of,
                               const deployment_makers& make) {
  if (!of.open_job)
    return {};
  deployment_facts said{of, *of.open_job};
  tell_start(*state.jobs.at(*of.open_job), said);
  if (of.is_being_destroyed()) {
    end_destroyed(state, of, said);
  } else if (!of.is_deploying()) {
    end_failed(state, of, said);
  } else if (const auto trouble = find_trouble(state, of)) {
    fail(state, of, *trouble, false, make, said);
  } else {
    begin_creates(state, of, make, said);
    if (std::ranges::all_of(of.order.pods,
                            [&](const stack_pod& each) { return stands(*state.find(each.pod)); }))
      run_tasks(state, of, make, said);
  }
  return said.take();
}

expected<std::vector<new_event>> cancel(const tenant_state& state, const deployment& of,
                                        const job& which, const std::string& reason,
                                        const deployment_makers& make) {
  if (which.cancel_requested)
    return std::vector<new_event>{};
  if (is_terminal(which.status) || which.id != of.deploy_job || !of.is_deploying())
    return refused(problem_code::invalid_state, "The job can not be cancelled any more.",
                   std::vector<detail>{{"status", std::string{text(which.status)}}});
  deployment_facts said{of, which.id};
  said.say(job_cancel_requested{reason}, "Cancel requested");
  fail(state, of, {std::string{text(pod_fault::cancelled)}, "It was cancelled."}, true, make, said);
  return said.take();
}

expected<std::variant<std::vector<new_event>, open_destroy>>
destroy(const tenant_state& state, const deployment& of, const end_deployment& command,
        const job_id& job, const deployment_makers& make) {
  if (of.is_being_destroyed())
    return open_destroy{*of.open_job};
  if (of.status == deployment_status::destroyed)
    return refused(problem_code::invalid_state, "The deployment is destroyed.",
                   std::vector<detail>{{"status", std::string{text(of.status)}}});
  for (const auto& each : of.order.pods)
    if (const auto& pod = state.find(each.pod)->pod; pod.is_live() && pod.is_protected)
      return refused(problem_code::protected_pod, "The pod " + pod.order.name + " is protected.");
  deployment_facts said{of, job};
  if (of.open_job) {
    deployment_facts before{of, *of.open_job};
    if (of.is_deploying())
      before.say(stack_failed{std::string{text(pod_fault::cancelled)},
                              "The deployment is to be destroyed."},
                 "Stack " + of.order.slug + " is to be destroyed", category::state_change);
    before.say(job_cancelled{}, "Job cancelled");
    said.add(before.take());
  }
  said.say(job_queued{job_type::stack, command.user, command.payload, command.retry_of},
           "Job queued");
  for (const auto& each : of.order.pods)
    said.remove(*state.find(each.pod), command.reason, make.item);
  return said.take();
}

int percent_of(const tenant_state& state, const deployment& of,
               const std::map<pod_id, int>& of_pod) {
  if (!of.open_job)
    return 0;
  const auto& items = state.jobs.at(*of.open_job)->items;
  const bool removes = !of.is_deploying();
  std::size_t all = of.order.pods.size() + of.order.tasks.size();
  std::size_t done = 0;
  if (removes)
    all = 0;
  for (const auto& each : items) {
    const bool counts = (each.action == item_action::destroy) == removes;
    all += removes && counts ? 1 : 0;
    done += counts && is_terminal(each.status) ? 100 : 0;
  }
  for (const auto& [pod, percent] : of_pod)
    if (const auto record = state.find(pod); record && record->has_work())
      done += static_cast<std::size_t>(std::clamp(percent, 0, 99));
  return all == 0 ? 0 : std::min(99, static_cast<int>(done / all));
}

} // namespace cloudpods::domain
