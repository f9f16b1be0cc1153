#include "domain/deploy.hpp"

#include <algorithm>

#include "domain/formats.hpp"
#include "domain/stack_check.hpp"
#include "domain/stack_names.hpp"

namespace cloudpods::domain {

namespace {

expected<void> check_definition(const stack_definition& stack, const catalogue& offers) {
  auto faults = faults_of(stack, offers.post_create);
  if (faults.empty())
    return {};
  problem refusal{problem_code::validation_failed,
                  "The blueprint does not fit the configuration any more."};
  refusal.errors = std::move(faults);
  return std::unexpected{std::move(refusal)};
}

std::unexpected<problem> no_name(std::size_t resource, const std::string& name) {
  problem refusal{problem_code::validation_failed, "A pattern gives no host name for this tenant."};
  refusal.errors.push_back({"/resources/" + std::to_string(resource) + "/hostnamePattern",
                            "invalid_format", "gives \"" + name + "\", which is no DNS label"});
  return std::unexpected{std::move(refusal)};
}

order_pod order_of(const stack_resource& resource, const std::string& name,
                   const deploy_stack& command) {
  order_pod made;
  auto& wish = made.container.emplace();
  wish.cpu_cores = resource.cpu_cores;
  wish.memory_mb = resource.memory_mb;
  wish.swap_mb = resource.swap_mb;
  wish.disk_gb = resource.disk_gb;
  made.name = name;
  made.user = command.user;
  made.payload = command.payload;
  return made;
}

/// The tenant as it would be with no limit of its own: a stack's quota is judged as one sum.
tenant_state without_limits(tenant_state state) {
  state.own_limits = {-1, -1, -1, -1};
  return state;
}

} // namespace

expected<std::vector<admitted_member>> judge(const tenant_state& state, const catalogue& offers,
                                             const deploy_stack& command, const deploy_ids& ids) {
  if (auto sound = check_definition(command.definition, offers); !sound)
    return std::unexpected{std::move(sound.error())};
  std::vector<admitted_member> members;
  auto scratch = without_limits(state);
  const auto slug = slug_of(state.id, state.slug);
  resources sum;
  const auto& wanted = command.definition.resources;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    for (std::int64_t index = 1; index <= wanted[i].count; ++index) {
      const auto name =
          stack_hostname(wanted[i].hostname_pattern, {slug, wanted[i].role, index, ids.deployment});
      if (!is_dns_label(name))
        return no_name(i, name);
      admitted_member made;
      made.member = {ids.pod(), wanted[i].role, index};
      made.command = order_of(wanted[i], name, command);
      auto judged = judge(scratch, offers, made.command, order_ids{made.member.pod, {}, {}});
      if (!judged)
        return std::unexpected{std::move(judged.error())};
      made.order = std::get<admitted_order>(*std::move(judged));
      scratch.by_name[name] = made.member.pod;
      sum += made.order.wanted;
      members.push_back(std::move(made));
    }
  if (auto room = admit(limits_of(state, offers).limit, state.held.held(), sum); !room)
    return std::unexpected{std::move(room.error())};
  return members;
}

std::vector<new_event> accept(const tenant_state& state, const catalogue& offers,
                              const deploy_stack& command,
                              const std::vector<admitted_member>& members,
                              const std::vector<placement>& places, const deploy_ids& ids,
                              const deployment_makers& make) {
  std::vector<new_event> events;
  const auto say = [&](std::string stream, event_payload payload, std::string message,
                       category kind = category::info) -> new_event& {
    return events.emplace_back(new_event{std::move(stream),
                                         state.id,
                                         {},
                                         std::nullopt,
                                         ids.job,
                                         kind,
                                         std::move(message),
                                         std::move(payload)});
  };
  if (!state.exists)
    say(tenant_stream(state.id), tenant_created{state.id.value}, "Tenant created").job = {};
  const auto stream = deployment_stream(ids.deployment);
  stack_deploying order{command.slug, command.user, command.definition, command.on_failure,
                        {},           {},           command.parameters};
  resources sum;
  for (const auto& each : members) {
    order.pods.push_back(each.member);
    sum += each.order.wanted;
  }
  for (const auto& name : command.definition.post_create)
    order.tasks.push_back({name, offers.post_create.find(name)->second});
  say(stream, std::move(order), "Stack " + command.slug + " is being deployed",
      category::state_change);
  say(stream, job_queued{job_type::stack, command.user, command.payload, command.retry_of},
      "Job queued");
  say(tenant_stream(state.id), quota_reserved{sum}, "Quota reserved");
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto& [member, wish, admitted] = members[i];
    auto& ordered = say(pod_stream(member.pod), ordered_as(offers, wish, admitted, places[i]),
                        "CloudPod ordered", category::state_change);
    ordered.pod = member.pod;
    ordered.guest = places[i].guest;
    const auto role =
        std::ranges::find(command.definition.resources, member.role, &stack_resource::role);
    if (!role->depends_on.empty())
      continue;
    auto& queued = say(pod_stream(member.pod), item_queued{make.item(), item_action::create, {}},
                       "Create queued");
    queued.pod = member.pod;
    queued.guest = places[i].guest;
  }
  return events;
}

deploy_stack again(const deployment& failed, const job& of_job, const user_id& user) {
  return {failed.order.slug,       failed.order.definition, failed.order.on_failure,
          failed.order.parameters, of_job.payload,          user,
          of_job.id.value};
}

} // namespace cloudpods::domain
