#include "persistence/connection.hpp"
#include "persistence/maintenance.hpp"
#include "persistence/session.hpp"
#include "wire/field_codec.hpp"

namespace cloudpods::persistence {

namespace {

std::string json_list(const auto& list) {
  wire::json_writer out;
  wire::encode_value(out, list);
  return out.take();
}

statement insert_plans(const std::vector<domain::plan>& plans) {
  array_parameter code{wire_type::text}, aliases{wire_type::text}, name{wire_type::text},
      description{wire_type::text}, cents{wire_type::integer}, vcpu{wire_type::integer},
      ram{wire_type::integer}, storage{wire_type::integer}, swap{wire_type::integer},
      bandwidth{wire_type::integer}, most{wire_type::integer}, product{wire_type::text},
      policy{wire_type::text}, active{wire_type::boolean};
  const auto maybe = [](array_parameter& to, const std::optional<std::int64_t>& number) {
    number ? to.push(*number) : to.push_null();
  };
  for (const auto& each : plans) {
    code.push(each.code.value);
    aliases.push(json_list(each.aliases));
    name.push(each.name);
    description.push(each.description);
    cents.push(each.price_monthly_cents);
    vcpu.push(each.vcpu);
    ram.push(each.ram_mb);
    storage.push(each.storage_gb);
    swap.push(each.swap_mb);
    maybe(bandwidth, each.bandwidth_gb);
    maybe(most, each.max_pods_per_tenant);
    product.push_unless_empty(each.billing_product_id);
    policy.push_unless_empty(each.backup_policy);
    active.push(each.is_active);
  }
  statement insert{
      "INSERT INTO cloud_pod_plans (code, aliases, name, description, price_monthly, vcpu, ram_mb, "
      "storage_gb, swap_mb, bandwidth_gb, max_pods_per_tenant, billing_product_id, backup_policy, "
      "is_active) SELECT c, a::jsonb, n, d, cents / 100.0, v, r, s, w, b, m, p, y, t FROM "
      "unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) "
      "AS u(c, a, n, d, cents, v, r, s, w, b, m, p, y, t)",
      {}};
  insert.values.add(code).add(aliases).add(name).add(description).add(cents).add(vcpu).add(ram);
  insert.values.add(storage).add(swap).add(bandwidth).add(most).add(product).add(policy);
  insert.values.add(active);
  return insert;
}

statement insert_tenant_plans(const std::vector<domain::tenant_plan>& plans) {
  array_parameter id{wire_type::text}, slug{wire_type::text}, name{wire_type::text},
      description{wire_type::text}, pods{wire_type::integer}, cores{wire_type::integer},
      memory{wire_type::integer}, disk{wire_type::integer}, policy{wire_type::text};
  for (const auto& each : plans) {
    id.push(each.id);
    slug.push(each.slug);
    name.push(each.name);
    description.push(each.description);
    pods.push(each.limit.most.pods);
    cores.push(each.limit.most.cpu_cores);
    memory.push(each.limit.most.memory_mb);
    disk.push(each.limit.most.disk_gb);
    policy.push_unless_empty(each.backup_policy);
  }
  statement insert{"INSERT INTO cloud_pod_tenant_plans (id, slug, name, description, max_pods, "
                   "max_cpu_cores, max_memory_mb, max_disk_gb, backup_policy) "
                   "SELECT u.* FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS u",
                   {}};
  insert.values.add(id).add(slug).add(name).add(description).add(pods).add(cores).add(memory);
  insert.values.add(disk).add(policy);
  return insert;
}

statement insert_blueprints(const std::vector<domain::blueprint>& blueprints) {
  array_parameter code{wire_type::text}, name{wire_type::text}, description{wire_type::text},
      guest{wire_type::text}, vmid{wire_type::integer}, nodes{wire_type::text},
      disk_gb{wire_type::integer}, node{wire_type::text}, storage{wire_type::text},
      bridge{wire_type::text}, disk{wire_type::text}, user{wire_type::text},
      profile{wire_type::text}, active{wire_type::boolean};
  for (const auto& each : blueprints) {
    code.push(each.code.value);
    name.push(each.name);
    description.push(each.description);
    guest.push(domain::text(each.guest));
    vmid.push(std::int64_t{each.template_vmid});
    nodes.push(json_list(each.nodes));
    disk_gb.push(each.min_disk_gb);
    node.push_unless_empty(each.default_node.value);
    storage.push_unless_empty(each.storage.value);
    bridge.push_unless_empty(each.bridge);
    disk.push_unless_empty(each.disk);
    user.push_unless_empty(each.ci_user);
    profile.push_unless_empty(each.cloud_init_profile);
    active.push(each.is_active);
  }
  statement insert{
      "INSERT INTO cloud_pod_blueprints (code, kind, name, description, guest, "
      "proxmox_template_vmid, nodes, min_disk_gb, default_node, storage_pool, network_bridge, "
      "disk, ci_user, cloud_init_profile, is_active) SELECT c, 'template', n, d, g, v, o::jsonb, "
      "m, e, s, b, k, u, p, a FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
      "$14) AS t(c, n, d, g, v, o, m, e, s, b, k, u, p, a) "
      // A stack of that name was put before the file had it: its row is the log's.
      "ON CONFLICT (code) DO NOTHING",
      {}};
  insert.values.add(code).add(name).add(description).add(guest).add(vmid).add(nodes).add(disk_gb);
  insert.values.add(node).add(storage).add(bridge).add(disk).add(user).add(profile).add(active);
  return insert;
}

} // namespace

stored<void> write_catalogue(const std::string& dsn, const domain::catalogue& catalogue) {
  auto link =
      connection::open({.dsn = dsn, .application_name = "cloudpods catalogue", .session = {}});
  if (!link)
    return std::unexpected(link.error());
  const std::vector<statement> all{
      // Two that write at once follow each other; readers see the old or the new, never none.
      {"LOCK TABLE cloud_pod_plans, cloud_pod_tenant_plans, cloud_pod_blueprints "
       "IN SHARE ROW EXCLUSIVE MODE",
       {}},
      {"DELETE FROM cloud_pod_plans", {}},
      {"DELETE FROM cloud_pod_tenant_plans", {}},
      {"DELETE FROM cloud_pod_blueprints WHERE kind = 'template'", {}},
      insert_plans(catalogue.plans),
      insert_tenant_plans(catalogue.tenant_plans),
      insert_blueprints(catalogue.blueprints),
  };
  if (auto written = link->run_transaction(all); !written)
    return std::unexpected(written.error());
  return {};
}

} // namespace cloudpods::persistence
