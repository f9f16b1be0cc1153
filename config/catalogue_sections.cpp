#include <cmath>

#include "config/argv_template.hpp"
#include "config/keys.hpp"
#include "config/network.hpp"
#include "config/sections.hpp"

namespace cloudpods::config {

namespace {

constexpr range vmid_numbers{100, 999'999'999};
constexpr range core_numbers{1, 512};
constexpr range memory_sizes{16, 16 * 1024 * 1024};
constexpr range disk_sizes{1, 1024 * 1024};

/// `"100-499"` or `"9000"`
std::expected<domain::vmid_range, std::string> vmid_range(const std::string& text) {
  const auto dash = text.find('-');
  const auto number = [](std::string digits) {
    return node{{0, "a text"}, std::move(digits)}.whole();
  };
  const auto first = number(text.substr(0, dash));
  const auto last = dash == std::string::npos ? first : number(text.substr(dash + 1));
  constexpr std::int64_t most = vmid_numbers.most;
  if (!first || !last || *first < 1 || *last > most || *first > *last)
    return std::unexpected("must be a vmid or a range of them, like \"9000\" or \"100-499\"");
  return domain::vmid_range{static_cast<domain::vmid>(*first), static_cast<domain::vmid>(*last)};
}

keys<settings> default_keys() {
  using domain::catalogue;
  // Every key of [defaults] but one goes into the catalogue.
  const auto in = [](auto member) {
    return [member](settings & all) -> auto& { return std::invoke(member, all.catalogue); };
  };
  using all = settings;
  return {
      text<all>("region", in(&catalogue::default_region), plain_word),
      text<all>("ct_storage", in([](catalogue & c) -> auto& { return c.ct_storage.value; }),
                plain_word),
      text<all>("ct_bridge", in(&catalogue::ct_bridge), bridge_name),
      whole<all>("ct_cores", in(&catalogue::ct_cores), core_numbers),
      whole<all>("ct_memory_mb", in(&catalogue::ct_memory_mb), memory_sizes),
      whole<all>("ct_swap_mb", in(&catalogue::ct_swap_mb), {0, memory_sizes.most}),
      whole<all>("ct_disk_gb", in(&catalogue::ct_disk_gb), disk_sizes),
      word<all>("ct_ip", in(&catalogue::ct_ip)),
      whole<all>("quarantine_s", in(&catalogue::quarantine_s), {0, 365 * 86400}),
      whole<all>("ct_template_vmid", in(&catalogue::ct_template_vmid), vmid_numbers),
      text<all>("blueprint", in([](catalogue & c) -> auto& { return c.default_blueprint.value; }),
                plain_word),
      text<all>(
          "backup_storage", [](all & each) -> auto& { return each.backup.storage; }, plain_word),
      whole<all>("vmid_min", in([](catalogue & c) -> auto& { return c.vmids.first; }),
                 vmid_numbers),
      whole<all>("vmid_max", in([](catalogue & c) -> auto& { return c.vmids.last; }), vmid_numbers),
      values<all>("protected_vmids", in(&catalogue::protected_vmids), vmid_range),
  };
}

/// The four `max_*` keys, which `[quota]` and `[[tenant_plans]]` share.
template <class Section, class Member>
void add_limit_keys(keys<Section>& table, Member limit) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& each : domain::dimensions)
      all.push_back("max_" + std::string{each.field});
    return all;
  }();
  for (std::size_t i = 0; i < names.size(); ++i)
    table.push_back(whole<Section>(
        names[i], [ limit, amount = domain::dimensions[i].amount ](Section & section) -> auto& {
          return std::invoke(limit, section).most.*amount;
        },
        {domain::unlimited, 1'000'000'000'000}));
}

keys<domain::limits> quota_keys() {
  keys<domain::limits> table;
  add_limit_keys(
      table, [](domain::limits & each) -> auto& { return each; });
  return table;
}

void price(domain::plan& into, const found_value& found) {
  const auto number = found.value.number();
  constexpr double highest = 1e9;
  const double cents = number ? std::round(*number * 100) : -1;
  if (!number || !(*number >= 0 && *number <= highest) || std::abs(*number * 100 - cents) > 1e-4)
    return found.refuse("must be a price: 0 or more, with at most two decimals");
  into.price_monthly_cents = static_cast<std::int64_t>(cents);
}

keys<domain::plan> plan_keys() {
  using plan = domain::plan;
  return {
      required(text<plan>(
          "code", [](plan & each) -> auto& { return each.code.value; }, plain_word)),
      texts<plan>("aliases", &plan::aliases, plain_word),
      text<plan>("name", &plan::name, not_empty),
      text<plan>("description", &plan::description),
      required(key<plan>{"price_monthly", price}),
      required(whole<plan>("vcpu", &plan::vcpu, core_numbers)),
      required(whole<plan>("ram_mb", &plan::ram_mb, memory_sizes)),
      required(whole<plan>("storage_gb", &plan::storage_gb, disk_sizes)),
      whole<plan>("swap_mb", &plan::swap_mb, {0, memory_sizes.most}),
      whole<plan>("bandwidth_gb", &plan::bandwidth_gb, {0, 1'000'000'000}),
      whole<plan>("max_pods_per_tenant", &plan::max_pods_per_tenant, {1, 1'000'000}),
      text<plan>("billing_product_id", &plan::billing_product_id),
      text<plan>("backup_policy", &plan::backup_policy, plain_word_or_empty),
      flag<plan>("is_active", &plan::is_active),
  };
}

keys<domain::tenant_plan> tenant_plan_keys() {
  using plan = domain::tenant_plan;
  keys<plan> table{
      required(text<plan>("id", &plan::id, plain_word)),
      text<plan>("slug", &plan::slug, plain_word),
      text<plan>("name", &plan::name, not_empty),
      text<plan>("description", &plan::description),
      text<plan>("backup_policy", &plan::backup_policy, plain_word_or_empty),
  };
  add_limit_keys(table, &plan::limit);
  return table;
}

/// Stacks come by the API; the file holds templates only.
void template_kind(domain::blueprint& /*into*/, const found_value& found) {
  if (found.value.text() != "template")
    found.refuse("must be \"template\": stacks are put by PUT /internal/blueprints/{slug}");
}

std::expected<domain::node_name, std::string> node_name(const std::string& text) {
  if (const auto why = node_label(text); !why.empty())
    return std::unexpected(std::string{why});
  return domain::node_name{text};
}

keys<domain::blueprint> blueprint_keys() {
  using blueprint = domain::blueprint;
  return {
      required(text<blueprint>(
          "code", [](blueprint & each) -> auto& { return each.code.value; }, plain_word)),
      text<blueprint>("name", &blueprint::name, not_empty),
      text<blueprint>("description", &blueprint::description),
      {"kind", template_kind},
      word<blueprint>("guest", &blueprint::guest),
      whole<blueprint>("proxmox_template_vmid", &blueprint::template_vmid, vmid_numbers),
      required(values<blueprint>("nodes", &blueprint::nodes, node_name)),
      whole<blueprint>("min_disk_gb", &blueprint::min_disk_gb, disk_sizes),
      text<blueprint>(
          "default_node", [](blueprint & each) -> auto& { return each.default_node.value; },
          node_label),
      text<blueprint>(
          "storage_pool", [](blueprint & each) -> auto& { return each.storage.value; }, plain_word),
      text<blueprint>("network_bridge", &blueprint::bridge, bridge_name),
      text<blueprint>("disk", &blueprint::disk, disk_name),
      text<blueprint>("ci_user", &blueprint::ci_user, user_name),
      text<blueprint>("cloud_init_profile", &blueprint::cloud_init_profile, plain_word_or_empty),
      flag<blueprint>("is_active", &blueprint::is_active),
  };
}

domain::blueprint standard_blueprint() {
  domain::blueprint standard;
  standard.min_disk_gb = 8;
  standard.storage = domain::storage_name{"clients-main"};
  standard.bridge = "vmbr0";
  standard.disk = "scsi0";
  standard.ci_user = "ubuntu";
  return standard;
}

/// `member` of the pool becomes the address.
key<domain::ip_pool> address(std::string_view name, std::uint32_t domain::ip_pool::*member) {
  return required(key<domain::ip_pool>{
      name, [=](domain::ip_pool& into, const found_value& found) {
        const auto text = found.value.text();
        if (const auto number = text ? domain::ipv4_from_text(*text) : std::nullopt)
          into.*member = *number;
        else
          found.refuse("must be an IPv4 address");
      }});
}

void pool_network(domain::ip_pool& into, const found_value& found) {
  constexpr int v4 = 96; // the prefix length under which IPv4 stands in 16 bytes
  const auto text = found.value.text();
  const auto made =
      text && !text->contains(':') ? network_from_text(*text) : std::unexpected(std::string{});
  if (!made || made->prefix_length < v4 + 8 || made->prefix_length > v4 + 30)
    return found.refuse(made || made.error().empty() ? "must be an IPv4 network between /8 and /30"
                                                     : made.error());
  into.prefix_length = made->prefix_length - v4;
  into.network = *domain::ipv4_from_text(text->substr(0, text->find('/')));
}

keys<domain::ip_pool> pool_keys() {
  using pool = domain::ip_pool;
  return {
      text<pool>("region", &pool::region, plain_word),
      required(key<pool>{"cidr", pool_network}),
      address("first", &pool::first),
      address("last", &pool::last),
      address("gateway", &pool::gateway),
      text<pool>("nameserver", &pool::nameserver, address_or_empty),
  };
}

key<domain::script_templates> script(std::string_view name,
                                     std::vector<std::string> domain::script_templates::*member,
                                     std::vector<std::string_view> known) {
  return {name, [=](domain::script_templates& into, const found_value& found) {
            const auto argv = found.value.texts();
            if (!argv)
              return found.refuse("must be a list of texts: a program and its arguments");
            for (auto& problem : template_problems(*argv, known, "vmid"))
              found.refuse(std::move(problem));
            into.*member = *argv;
          }};
}

keys<domain::script_templates> script_keys() {
  using scripts = domain::script_templates;
  return {
      script("ct_create", &scripts::ct_create,
             {"vmid", "hostname", "tenantId", "bridge", "storage", "cores", "memoryMb", "swapMb"}),
      script("ct_destroy", &scripts::ct_destroy, {"vmid", "tenantId"}),
      script("ct_backup", &scripts::ct_backup, {"vmid", "tenantId", "mode", "backupStorage"}),
      script("ct_health", &scripts::ct_health, {"vmid"}),
      script("ct_scale", &scripts::ct_scale, {"vmid", "cores", "memoryMb"}),
      script("ct_resize", &scripts::ct_resize, {"vmid", "diskGb"}),
  };
}

domain::script_templates standard_scripts() {
  const std::string folder = "/usr/local/sbin/";
  return {
      .ct_create = {folder + "cloudpod-create.sh", "--vmid", "{vmid}", "--host", "{hostname}",
                    "--tenant", "{tenantId}", "--bridge", "{bridge}", "--storage", "{storage}",
                    "--cores", "{cores}", "--mem", "{memoryMb}", "--swap", "{swapMb}"},
      .ct_destroy = {folder + "cloudpod-destroy.sh", "--vmid", "{vmid}", "--tenant", "{tenantId}",
                     "--force"},
      .ct_backup = {folder + "cloudpod-backup.sh", "--vmid", "{vmid}", "--tenant", "{tenantId}",
                    "--mode", "{mode}", "--storage", "{backupStorage}"},
      .ct_health = {folder + "cloudpod-health.sh", "--json", "{vmid}"},
      .ct_scale = {"pct", "set", "{vmid}", "--cores", "{cores}", "--memory", "{memoryMb}"},
      .ct_resize = {"pct", "resize", "{vmid}", "rootfs", "{diskGb}G"},
  };
}

/// What the contract prints for `[defaults]` and `[quota]`.
domain::catalogue standard_catalogue() {
  domain::catalogue standard;
  standard.default_limits.most = {2, 4, 8192, 200};
  standard.default_region = "migra-us-east-1";
  standard.default_blueprint = domain::blueprint_code{"ubuntu-24-minimal"};
  standard.ct_storage = domain::storage_name{"clients-main"};
  standard.ct_bridge = "vmbr0";
  standard.protected_vmids = {{100, 499}};
  standard.scripts = standard_scripts();
  return standard;
}

/// Defaults that hang on other keys.
void settle(const report& faults, domain::catalogue& all) {
  for (auto& each : all.plans)
    if (each.name.empty())
      each.name = each.code.value;
  for (auto& each : all.tenant_plans) {
    if (each.slug.empty())
      each.slug = each.id;
    if (each.name.empty())
      each.name = each.slug;
  }
  for (auto& each : all.blueprints) {
    if (each.name.empty())
      each.name = each.code.value;
    if (each.default_node.empty() && !each.nodes.empty())
      each.default_node = each.nodes.front();
    if (each.template_vmid == 0 && each.guest == domain::guest_kind::ct)
      each.template_vmid = all.ct_template_vmid;
  }
  if (!faults.sets("defaults.ct_ip") && !all.ip_pools.empty())
    all.ct_ip = domain::ct_address_source::pool;
  // The default blueprint is one of the example; a file that has another set has none by default.
  if (!faults.sets("defaults.blueprint") &&
      all.find_blueprint(all.default_blueprint.value) == nullptr)
    all.default_blueprint = {};
}

} // namespace

void read_catalogue(reading& context, settings& into) {
  auto& all = into.catalogue;
  all = standard_catalogue();
  read_section(context, "defaults", default_keys(), into);
  read_section(context, "quota", quota_keys(), all.default_limits);
  domain::plan standard_plan;
  standard_plan.swap_mb = 512;
  domain::tenant_plan standard_tenant_plan;
  standard_tenant_plan.limit = all.default_limits;
  domain::ip_pool standard_pool;
  standard_pool.region = all.default_region;
  all.plans = read_list(context, "plans", plan_keys(), standard_plan);
  all.tenant_plans = read_list(context, "tenant_plans", tenant_plan_keys(), standard_tenant_plan);
  all.blueprints = read_list(context, "blueprints", blueprint_keys(), standard_blueprint());
  all.ip_pools = read_list(context, "ip_pools", pool_keys(), standard_pool);
  read_section(context, "scripts", script_keys(), all.scripts);
  settle(context.faults, all);
}

} // namespace cloudpods::config
