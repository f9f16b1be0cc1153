#include "domain/order.hpp"

#include "domain/container_order.hpp"
#include "domain/plan_limit.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

expected<chosen_offer> choose(const catalogue& offers, const std::string& plan,
                              const std::optional<std::string>& blueprint) {
  const auto* sold = offers.find_plan(plan);
  const auto* built_by = offers.find_blueprint(blueprint.value_or(offers.default_blueprint.value));
  if (sold == nullptr || !sold->is_active)
    return refused(problem_code::plan_not_found, "There is no plan \"" + plan + "\".");
  if (built_by == nullptr || !built_by->is_active)
    return refused(problem_code::blueprint_not_found,
                   "There is no blueprint \"" + blueprint.value_or(offers.default_blueprint.value) +
                       "\".");
  return chosen_offer{
      sold,
      nullptr,
      *built_by,
      snapshot_of(*sold),
      {1, sold->vcpu, sold->ram_mb, std::max(sold->storage_gb, built_by->min_disk_gb)}};
}

expected<chosen_offer> choose(const catalogue& offers, const order_pod& command) {
  return command.container ? choose_container(offers, command, *command.container)
                           : choose(offers, command.plan, command.blueprint);
}

} // namespace

expected<void> admit_pods_of_plan(const tenant_state& state, limits limit, const plan& wanted,
                                  const resources& size) {
  if (!wanted.max_pods_per_tenant)
    return {};
  const auto standing = std::ranges::count_if(state.pods, [&](const auto& each) {
    const auto& pod = each.second->pod;
    return pod.held != holding::none && pod.order.plan == wanted.code;
  });
  auto held = state.held.held();
  held.pods = standing;
  limit.most.pods = *wanted.max_pods_per_tenant;
  auto within = admit(limit, held, size);
  if (!within)
    within.error().message = "The plan " + wanted.code.value + " is limited to " +
                             std::to_string(*wanted.max_pods_per_tenant) + " pods per tenant.";
  return within;
}

namespace {

expected<void> admit_quota(const tenant_state& state, const catalogue& offers,
                           const chosen_offer& chosen) {
  if (chosen.tier != nullptr)
    if (auto fits = admit(chosen.tier->limit, {}, chosen.size); !fits) {
      fits.error().message = "The plan " + chosen.tier->id + " is too small for this pod.";
      return fits;
    }
  const auto limit = limits_of(state, offers).limit;
  const auto within = admit(limit, state.held.held(), chosen.size);
  if (!within || chosen.sold == nullptr)
    return within;
  return admit_pods_of_plan(state, limit, *chosen.sold, chosen.size);
}

std::unexpected<problem> invalid(std::string field, std::string code, std::string message) {
  problem refusal{problem_code::validation_failed, message};
  refusal.errors.push_back({std::move(field), std::move(code), std::move(message)});
  return std::unexpected{std::move(refusal)};
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

/// Contract 6: without `name` the first label of the domain, else from the pod's id.
std::string name_of(const order_pod& command, const order_ids& ids) {
  if (command.name)
    return *command.name;
  if (command.primary_domain)
    return command.primary_domain->substr(0, command.primary_domain->find('.'));
  const auto& id = ids.pod.value;
  return "pod-" + lower(id.substr(id.size() - std::min<std::size_t>(6, id.size())));
}

bool offered_on(const blueprint& wanted, const node_name& node) {
  return std::ranges::find(wanted.nodes, node) != wanted.nodes.end();
}

/// Contract 5, placement: the node that was asked for, else the blueprint's, else another of the
/// region that has the template.
expected<std::vector<node_name>> candidates(const catalogue& offers, const blueprint& wanted,
                                            const order_pod& command) {
  const std::string region_field = command.container ? "/region" : "/options/region";
  if (command.node) {
    const node_name asked{*command.node};
    if (offers.find_node(asked) == nullptr || !offered_on(wanted, asked))
      return invalid("/options/node", "unknown",
                     "The blueprint is not offered on a node \"" + *command.node + "\".");
    if (command.region && offers.find_node(asked)->region != *command.region)
      return invalid(region_field, "conflict",
                     "The node \"" + *command.node + "\" is in another region.");
    return std::vector{asked};
  }
  const auto region = command.region.value_or(offers.default_region);
  std::vector<node_name> found;
  for (const auto& each : wanted.nodes) {
    const auto* node = offers.find_node(each);
    if (node == nullptr ||
        (node->region != region && (command.region || each != wanted.default_node)))
      continue;
    found.insert(each == wanted.default_node ? found.begin() : found.end(), each);
  }
  if (found.empty() && command.region)
    return invalid(region_field, "unknown",
                   "The blueprint is not offered in a region \"" + region + "\".");
  if (found.empty())
    return refused(problem_code::no_capacity, "No node offers this blueprint.");
  return found;
}

expected<void> check_user_data(const catalogue& offers, const order_pod& command,
                               const blueprint& wanted, std::vector<node_name>& nodes) {
  if (command.user_data.empty())
    return {};
  std::erase_if(nodes, [&](const node_name& each) {
    return offers.find_node(each)->snippets_storage.empty();
  });
  if (wanted.guest == guest_kind::vm && !nodes.empty())
    return {};
  return refused(problem_code::user_data_unsupported,
                 "User data can be given for virtual machines on nodes with a snippets storage "
                 "only.");
}

/// The answer to an order whose subscription already has a pod.
expected<existing_pod> repeat_order(const tenant_state& state, const chosen_offer& chosen,
                                    const pod_id& standing) {
  const auto record = state.find(standing);
  const auto& pod = record->pod;
  if (pod.status == pod_status::deleting || record->open_job(job_type::destroy) != nullptr ||
      pod.order.plan != chosen.snapshot.code || pod.order.blueprint != chosen.blueprint.code)
    return refused(problem_code::subscription_in_use,
                   "The subscription already has the pod " + pod.id.value + ".",
                   std::vector<detail>{{"podId", pod.id.value}});
  existing_pod found{standing, std::nullopt};
  for (const auto& [id, each] : state.jobs)
    if (each->pod == standing && each->type == job_type::provision)
      found.job = id;
  return found;
}

/// Leaves the nodes where what was ordered can be.
expected<void> leave_fitting(const catalogue& offers, const order_pod& command,
                             const blueprint& wanted, std::vector<node_name>& nodes) {
  if (auto fits = check_user_data(offers, command, wanted, nodes); !fits)
    return fits;
  if (command.container && command.container->ip_address)
    return leave_nodes_of_address(offers, *command.container->ip_address, nodes);
  return {};
}

bool wants_pool_address(const catalogue& offers, const blueprint& wanted) {
  return wanted.guest == guest_kind::vm || offers.ct_ip == ct_address_source::pool;
}

admitted_order admit_as(const catalogue& offers, const order_pod& command, chosen_offer chosen,
                        const std::string& name, std::vector<node_name> nodes) {
  admitted_order made;
  if (chosen.sold != nullptr)
    made.plan = chosen.sold->code;
  made.name = name;
  made.wanted = chosen.size;
  made.swap_mb = chosen.snapshot.swap_mb;
  made.place = {std::move(nodes),
                chosen.size.memory_mb,
                chosen.size.disk_gb,
                chosen.blueprint.storage,
                wants_pool_address(offers, chosen.blueprint),
                std::nullopt};
  if (command.container) {
    made.place.guest = command.container->guest;
    made.place.ip_address = command.container->ip_address;
  }
  made.blueprint = std::move(chosen.blueprint);
  made.snapshot = std::move(chosen.snapshot);
  return made;
}

} // namespace

expected<std::variant<admitted_order, existing_pod>> judge(const tenant_state& state,
                                                           const catalogue& offers,
                                                           const order_pod& command,
                                                           const order_ids& ids) {
  auto chosen = choose(offers, command);
  if (!chosen)
    return std::unexpected{std::move(chosen.error())};
  auto nodes = candidates(offers, chosen->blueprint, command);
  if (!nodes && nodes.error().code == problem_code::validation_failed)
    return std::unexpected{nodes.error()};
  if (nodes)
    if (const auto fits = leave_fitting(offers, command, chosen->blueprint, *nodes); !fits)
      return std::unexpected{fits.error()};
  if (command.subscription)
    if (const auto same = state.by_subscription.find(*command.subscription);
        same != state.by_subscription.end()) {
      auto existing = repeat_order(state, *chosen, same->second);
      if (!existing)
        return std::unexpected{existing.error()};
      return std::move(*existing);
    }
  const auto name = name_of(command, ids);
  if (state.by_name.contains(name))
    return refused(problem_code::name_in_use, "The name \"" + name + "\" is in use.",
                   std::vector<detail>{{"name", name}});
  // Where it is another tenant's, whoever gives out vmids says so.
  if (command.container && command.container->guest &&
      state.by_vmid.contains(*command.container->guest))
    return refused(problem_code::vmid_in_use,
                   "The vmid " + std::to_string(*command.container->guest) + " is not free.",
                   std::vector<detail>{{"reason", std::string{"in_use"}}});
  if (!nodes)
    return std::unexpected{nodes.error()};
  if (const auto within = admit_quota(state, offers, *chosen); !within)
    return std::unexpected{within.error()};
  return admit_as(offers, command, *std::move(chosen), name, *std::move(nodes));
}

pod_ordered ordered_as(const catalogue& offers, const order_pod& command,
                       const admitted_order& order, const placement& place) {
  const auto& blueprint = order.blueprint;
  const auto* node = offers.find_node(place.node);
  pod_ordered made;
  made.kind = blueprint.guest;
  made.name = made.hostname = order.name;
  made.user = command.user;
  made.plan = order.plan;
  made.blueprint = blueprint.code;
  made.region = node->region;
  made.node = place.node;
  made.guest = place.guest;
  made.ip_address = place.ip_address;
  made.cpu_cores = order.wanted.cpu_cores;
  made.memory_mb = order.wanted.memory_mb;
  made.swap_mb = order.swap_mb;
  made.disk_gb = order.wanted.disk_gb;
  made.storage = blueprint.storage;
  made.bridge = blueprint.bridge;
  made.subscription = command.subscription;
  made.primary_domain = command.primary_domain;
  made.metadata = command.metadata;
  made.snapshot = order.snapshot;
  made.vmid_named = order.place.guest.has_value();
  made.named_address = order.place.ip_address;
  made.build.template_vmid = blueprint.template_vmid;
  made.build.disk = blueprint.disk;
  made.build.ci_user = blueprint.ci_user;
  made.build.cloud_init_profile = blueprint.cloud_init_profile;
  made.build.template_disk_gb = blueprint.min_disk_gb;
  made.build.ssh_keys = command.ssh_keys;
  made.build.user_data_bytes = static_cast<std::int64_t>(command.user_data.size());
  made.build.user_data_sha256 = command.user_data_sha256;
  if (const auto* pool = offers.find_pool(made.region); pool != nullptr && place.ip_address) {
    made.build.prefix_length = pool->prefix_length;
    made.build.gateway = pool->gateway != 0 ? ipv4_text(pool->gateway) : std::string{};
    made.build.nameserver = pool->nameserver;
  }
  return made;
}

std::vector<new_event> accept(const tenant_state& state, const catalogue& offers,
                              const order_pod& command, const admitted_order& order,
                              const order_ids& ids, const placement& place) {
  std::vector<new_event> events;
  const auto say = [&](std::string stream, event_payload payload, std::string message,
                       category kind) {
    events.push_back({std::move(stream), state.id, ids.pod, place.guest, ids.job, kind,
                      std::move(message), std::move(payload)});
  };
  if (!state.exists) {
    say(tenant_stream(state.id), tenant_created{state.id.value}, "Tenant created", category::info);
    events.back().pod = {};
    events.back().guest.reset();
    events.back().job = {};
  }
  say(tenant_stream(state.id), quota_reserved{order.wanted}, "Quota reserved", category::info);
  say(pod_stream(ids.pod), ordered_as(offers, command, order, place), "CloudPod ordered",
      category::state_change);
  say(pod_stream(ids.pod),
      job_queued{job_type::provision, command.user, command.payload, std::nullopt}, "Job queued",
      category::info);
  say(pod_stream(ids.pod), item_queued{ids.item, item_action::create, command.payload},
      "Create queued", category::info);
  return events;
}

expected<void> check_quota(const tenant_state& state, const catalogue& offers,
                           const std::string& plan, const std::optional<std::string>& blueprint) {
  const auto chosen = choose(offers, plan, blueprint);
  if (!chosen)
    return std::unexpected{chosen.error()};
  return admit_quota(state, offers, *chosen);
}

} // namespace cloudpods::domain
