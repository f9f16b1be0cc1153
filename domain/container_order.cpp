#include "domain/container_order.hpp"

#include <algorithm>

namespace cloudpods::domain {

namespace {

std::unexpected<problem> invalid(std::string field, std::string code, std::string message) {
  problem refusal{problem_code::validation_failed, message};
  refusal.errors.push_back({std::move(field), std::move(code), std::move(message)});
  return std::unexpected{std::move(refusal)};
}

/// Where the containers' template exists, as far as the blueprints tell; else anywhere.
std::vector<node_name> nodes_with_template(const catalogue& offers) {
  std::vector<node_name> found;
  for (const auto& node : offers.nodes)
    if (std::ranges::any_of(offers.blueprints, [&](const blueprint& each) {
          return each.guest == guest_kind::ct && each.is_active &&
                 std::ranges::find(each.nodes, node.name) != each.nodes.end();
        }))
      found.push_back(node.name);
  if (found.empty())
    for (const auto& node : offers.nodes)
      found.push_back(node.name);
  return found;
}

/// As `[defaults]` build a container.
blueprint plain_container(const catalogue& offers) {
  blueprint made;
  made.guest = guest_kind::ct;
  made.template_vmid = offers.ct_template_vmid;
  made.nodes = nodes_with_template(offers);
  made.min_disk_gb = offers.ct_disk_gb;
  made.storage = offers.ct_storage;
  made.bridge = offers.ct_bridge;
  return made;
}

expected<blueprint> blueprint_of(const catalogue& offers, const std::optional<std::string>& named) {
  const auto* found = offers.find_blueprint(named.value_or(offers.default_blueprint.value));
  if (found != nullptr && found->is_active && found->guest == guest_kind::ct)
    return *found;
  if (!named)
    return plain_container(offers);
  if (found == nullptr || !found->is_active)
    return refused(problem_code::blueprint_not_found, "There is no blueprint \"" + *named + "\".");
  return invalid("/blueprintId", "invalid_value", "builds virtual machines, not containers");
}

bool is_template(const catalogue& offers, vmid guest) {
  return guest == offers.ct_template_vmid ||
         std::ranges::find(offers.blueprints, guest, &blueprint::template_vmid) !=
             offers.blueprints.end();
}

bool is_protected(const catalogue& offers, vmid guest) {
  return is_template(offers, guest) ||
         std::ranges::any_of(offers.protected_vmids, [&](const vmid_range& each) {
           return guest >= each.first && guest <= each.last;
         });
}

expected<resources> size_of(const catalogue& offers, const container_wish& wish,
                            const blueprint& built_by) {
  const auto least = built_by.min_disk_gb;
  if (wish.disk_gb && *wish.disk_gb < least)
    return invalid("/diskGb", "out_of_range",
                   "must be at least " + std::to_string(least) + ", the template's disk");
  return resources{1, wish.cpu_cores.value_or(offers.ct_cores),
                   wish.memory_mb.value_or(offers.ct_memory_mb),
                   wish.disk_gb.value_or(std::max(offers.ct_disk_gb, least))};
}

/// The tenant plan that was named, with the size that was ordered in it.
plan_snapshot snapshot_of(const tenant_plan* tier, const resources& size, std::int64_t swap_mb) {
  plan_snapshot made;
  if (tier != nullptr) {
    made.code = plan_code{tier->id};
    made.name = tier->name;
  }
  made.vcpu = size.cpu_cores;
  made.ram_mb = size.memory_mb;
  made.storage_gb = size.disk_gb;
  made.swap_mb = swap_mb;
  return made;
}

} // namespace

expected<chosen_offer> choose_container(const catalogue& offers, const order_pod& command,
                                        const container_wish& wish) {
  chosen_offer chosen;
  auto built_by = blueprint_of(offers, command.blueprint);
  if (!built_by)
    return std::unexpected{std::move(built_by.error())};
  chosen.blueprint = *std::move(built_by);
  if (wish.tenant_plan)
    chosen.tier = offers.find_tenant_plan(*wish.tenant_plan);
  if (wish.tenant_plan && chosen.tier == nullptr)
    return refused(problem_code::plan_not_found,
                   "There is no tenant plan \"" + *wish.tenant_plan + "\".");
  const auto size = size_of(offers, wish, chosen.blueprint);
  if (!size)
    return std::unexpected{size.error()};
  chosen.size = *size;
  chosen.snapshot = snapshot_of(chosen.tier, *size, wish.swap_mb.value_or(offers.ct_swap_mb));
  if (wish.guest && is_protected(offers, *wish.guest))
    return refused(problem_code::vmid_protected,
                   "The vmid " + std::to_string(*wish.guest) + " is protected.");
  return chosen;
}

expected<void> leave_nodes_of_address(const catalogue& offers, const std::string& ip_address,
                                      std::vector<node_name>& nodes) {
  const auto address = ipv4_from_text(ip_address).value_or(0);
  const auto is_given_out = [&](const node_name& each) {
    const auto* pool = offers.find_pool(offers.find_node(each)->region);
    if (pool == nullptr)
      return true;
    if (address == pool->gateway || ip_address == pool->nameserver)
      return false;
    return offers.ct_ip == ct_address_source::script ||
           (address >= pool->first && address <= pool->last);
  };
  std::erase_if(nodes, [&](const node_name& each) { return !is_given_out(each); });
  if (nodes.empty())
    return invalid("/ip", "out_of_range", "is no address that pods of this region get");
  return {};
}

} // namespace cloudpods::domain
