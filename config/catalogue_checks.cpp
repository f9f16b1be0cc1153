#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "config/sections.hpp"
#include "config/suggestion.hpp"

namespace cloudpods::config {

namespace {

std::string at(std::string_view list, std::size_t index, std::string_view key) {
  return std::string{list} + '[' + std::to_string(index) + "]." + std::string{key};
}

std::string folded(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The names of one list; each is there once.
class unique_names {
public:
  explicit unique_names(report& faults) : faults_(faults) {}

  /// Adds a fault where the name was added before. Empty names were refused already.
  void add(const std::string& key, const std::string& name, const std::string& shown) {
    if (name.empty())
      return;
    const auto [first, is_new] = first_.emplace(name, key);
    if (!is_new)
      faults_.add(key, '"' + shown + '"', "is there twice: see " + faults_.where(first->second));
  }
  void add(const std::string& key, const std::string& name) { add(key, name, name); }

private:
  report& faults_;
  std::map<std::string, std::string, std::less<>> first_;
};

void check_duplicates(report& faults, const settings& all) {
  const auto& sold = all.catalogue;
  unique_names nodes{faults}, policies{faults}, plans{faults}, ids{faults}, slugs{faults},
      blueprints{faults};
  for (std::size_t i = 0; i < all.nodes.size(); ++i)
    nodes.add(at("nodes", i, "name"), all.nodes[i].name.value);
  for (std::size_t i = 0; i < all.backup.policies.size(); ++i)
    policies.add(at("backup_policies", i, "name"), all.backup.policies[i].name);
  // A plan is looked up by code or alias, case folded: all of them share one space of names.
  for (std::size_t i = 0; i < sold.plans.size(); ++i) {
    const auto& plan = sold.plans[i];
    plans.add(at("plans", i, "code"), folded(plan.code.value), plan.code.value);
    for (const auto& alias : plan.aliases)
      if (folded(alias) != folded(plan.code.value))
        plans.add(at("plans", i, "aliases"), folded(alias), alias);
  }
  for (std::size_t i = 0; i < sold.tenant_plans.size(); ++i) {
    ids.add(at("tenant_plans", i, "id"), sold.tenant_plans[i].id);
    slugs.add(at("tenant_plans", i, "slug"), sold.tenant_plans[i].slug);
  }
  for (std::size_t i = 0; i < sold.blueprints.size(); ++i)
    blueprints.add(at("blueprints", i, "code"), sold.blueprints[i].code.value);
}

/// Adds a fault unless `name` is one of `known`; "" refers to nothing on purpose.
void check_reference(report& faults, const std::string& key, const std::string& name,
                     const std::vector<std::string_view>& known, std::string_view what) {
  if (!name.empty() && std::ranges::find(known, name) == known.end())
    faults.add(key, '"' + name + '"',
               "there is no " + std::string{what} + " of this name" + suggestion(name, known));
}

void check_references(report& faults, const settings& all) {
  const auto& sold = all.catalogue;
  std::vector<std::string_view> policies, nodes, blueprints;
  for (const auto& each : all.backup.policies)
    policies.push_back(each.name);
  for (const auto& each : all.nodes)
    nodes.push_back(each.name.value);
  for (const auto& each : sold.blueprints)
    blueprints.push_back(each.code.value);

  for (std::size_t i = 0; i < sold.plans.size(); ++i)
    check_reference(faults, at("plans", i, "backup_policy"), sold.plans[i].backup_policy, policies,
                    "backup policy");
  for (std::size_t i = 0; i < sold.tenant_plans.size(); ++i)
    check_reference(faults, at("tenant_plans", i, "backup_policy"),
                    sold.tenant_plans[i].backup_policy, policies, "backup policy");
  check_reference(faults, "defaults.blueprint", sold.default_blueprint.value, blueprints,
                  "blueprint");
  for (std::size_t i = 0; i < sold.blueprints.size(); ++i)
    for (const auto& node : sold.blueprints[i].nodes)
      check_reference(faults, at("blueprints", i, "nodes"), node.value, nodes, "node");
}

void check_blueprints(report& faults, const settings& all) {
  const auto& sold = all.catalogue;
  for (std::size_t i = 0; i < sold.blueprints.size(); ++i) {
    const auto& each = sold.blueprints[i];
    const auto nodes_key = at("blueprints", i, "nodes");
    if (each.nodes.empty() && faults.sets(nodes_key))
      faults.add(nodes_key, "[]", "must name a node on which the template exists");
    if (!each.nodes.empty() && std::ranges::find(each.nodes, each.default_node) == each.nodes.end())
      faults.add(at("blueprints", i, "default_node"), '"' + each.default_node.value + '"',
                 "must be one of the blueprint's nodes");
    const auto vmid_key = at("blueprints", i, "proxmox_template_vmid");
    if (each.template_vmid == 0 && !faults.sets(vmid_key))
      faults.add(vmid_key, {}, "is required for a VM: the template that is cloned");
    if (each.guest == domain::guest_kind::ct && each.template_vmid != 0 &&
        each.template_vmid != sold.ct_template_vmid)
      faults.add(vmid_key, std::to_string(each.template_vmid),
                 "containers are cloned from [defaults] ct_template_vmid, which is " +
                     std::to_string(sold.ct_template_vmid));
    if (!each.cloud_init_profile.empty())
      for (const auto& node : all.nodes)
        if (node.snippets_storage.empty() &&
            std::ranges::find(each.nodes, node.name) != each.nodes.end())
          faults.add(at("blueprints", i, "cloud_init_profile"), '"' + each.cloud_init_profile + '"',
                     "node " + node.name.value + " has no snippets_storage to take it from");
  }
}

void check_vmids(report& faults, const domain::catalogue& sold) {
  const auto& range = sold.vmids;
  if (range.first > range.last) {
    const bool min_is_set = faults.sets("defaults.vmid_min") && !faults.sets("defaults.vmid_max");
    return faults.add(min_is_set ? "defaults.vmid_min" : "defaults.vmid_max",
                      std::to_string(min_is_set ? range.first : range.last),
                      "vmid_max must not be less than vmid_min");
  }
  const auto check = [&](const std::string& key, domain::vmid number) {
    if (number >= range.first && number <= range.last)
      faults.add(key, std::to_string(number),
                 "is a template's, but lies in the range " + std::to_string(range.first) + " to " +
                     std::to_string(range.last) + " from which vmids are given out (" +
                     faults.where("defaults.vmid_min") + ")");
  };
  check("defaults.ct_template_vmid", sold.ct_template_vmid);
  for (std::size_t i = 0; i < sold.blueprints.size(); ++i)
    if (sold.blueprints[i].guest == domain::guest_kind::vm)
      check(at("blueprints", i, "proxmox_template_vmid"), sold.blueprints[i].template_vmid);
  for (const auto& kept : sold.protected_vmids)
    if (kept.first <= range.first && kept.last >= range.last)
      faults.add("defaults.protected_vmids", {}, "protects every vmid that could be given out");
}

} // namespace

void check_catalogue(report& faults, const settings& all) {
  check_duplicates(faults, all);
  check_references(faults, all);
  check_blueprints(faults, all);
  check_vmids(faults, all.catalogue);
}

} // namespace cloudpods::config
