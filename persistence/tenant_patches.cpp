#include "persistence/fact_patches.hpp"
#include "persistence/patch_values.hpp"

namespace cloudpods::persistence {

namespace {

using namespace domain;

/// What an event does to its tenant's rows.
struct tenant_patch {
  const event& fact;
  std::vector<row_patch>& out;

  void add(std::string_view which, const resources& amount, int sign) const {
    auto& row = out.back();
    for (const auto& each : dimensions)
      row.add(std::string{which} + std::string{each.field}, sign * (amount.*each.amount));
  }

  void ledger() const { out.emplace_back(quotas_table(), fact.tenant.value, presence::ensured); }

  void operator()(const tenant_created& created) const {
    auto& row = out.emplace_back(tenants_table(), fact.tenant.value, presence::made);
    row.set("name", created.name).set("created_at", fact.at).set("updated_at", fact.at);
    ledger();
  }

  void operator()(const tenant_updated& updated) const {
    auto& row = out.emplace_back(tenants_table(), fact.tenant.value);
    row.set("name", updated.name).set("slug", or_null(updated.slug));
    row.set("plan_id", or_null(updated.plan)).set("region", or_null(updated.region));
    row.set("owner_id", updated.owner ? text_or_null(updated.owner->id) : sql_value{});
    row.set("updated_at", fact.at);
    if (updated.owner && !updated.owner->id.empty())
      user(*updated.owner);
  }

  void user(const tenant_owner& owner) const {
    auto& row = out.emplace_back(users_table(), owner.id, presence::made_or_reset);
    row.set("email", text_or_null(owner.email)).set("name", text_or_null(owner.name));
    row.initial("created_at", fact.at).set("updated_at", fact.at);
  }

  void operator()(const quota_changed& changed) const {
    ledger();
    out.back().set("max_pods", or_null(changed.max_pods));
    out.back().set("max_cpu_cores", or_null(changed.max_cpu_cores));
    out.back().set("max_memory_mb", or_null(changed.max_memory_mb));
    out.back().set("max_disk_gb", or_null(changed.max_disk_gb));
  }

  void operator()(const quota_reserved& reserved) const {
    ledger();
    add("reserved_", reserved.delta, 1);
  }

  void operator()(const quota_committed& committed) const {
    ledger();
    add("reserved_", committed.delta, -1);
    add("used_", committed.delta, 1);
  }

  void operator()(const quota_released& released) const {
    ledger();
    add("reserved_", released.reserved, -1);
    add("used_", released.used, -1);
  }

  template <class Other>
  void operator()(const Other&) const {}
};

} // namespace

void patch_tenant(const event& fact, std::vector<row_patch>& out) {
  std::visit(tenant_patch{fact, out}, fact.payload);
}

} // namespace cloudpods::persistence
