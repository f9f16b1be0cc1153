#include "wire/offer_json.hpp"

#include "wire/field_codec.hpp"

namespace cloudpods::wire {

namespace {

void text_or_null(json_writer& out, std::string_view name, const std::string& text) {
  out.key(name);
  if (text.empty())
    out.value(nullptr);
  else
    out.value(text);
}

} // namespace

void write_blueprint(json_writer& out, const domain::blueprint& blueprint) {
  out.begin_object().field("code", blueprint.code).field("name", blueprint.name);
  out.field("description", blueprint.description).field("kind", "template");
  out.field("guest", blueprint.guest).field("minDiskGb", blueprint.min_disk_gb);
  text_or_null(out, "ciUser", blueprint.ci_user);
  out.field("isActive", blueprint.is_active).end_object();
}

void write_tenant_plan(json_writer& out, const domain::tenant_plan& plan) {
  const auto& most = plan.limit.most;
  out.begin_object().field("id", plan.id).field("slug", plan.slug).field("name", plan.name);
  out.field("description", plan.description).field("maxPods", most.pods);
  out.field("maxCpuCores", most.cpu_cores).field("maxMemoryMb", most.memory_mb);
  out.field("maxDiskGb", most.disk_gb);
  text_or_null(out, "backupPolicy", plan.backup_policy);
  out.end_object();
}

std::string tenant_json(const domain::tenant_id& tenant, const domain::tenant_updated& said,
                        domain::instant created_at) {
  json_writer out;
  out.begin_object().field("id", tenant).field("name", said.name).field("slug", said.slug);
  out.field("planId", said.plan).key("owner");
  encode_value(out, said.owner);
  out.field("region", said.region).field("createdAt", created_at).end_object();
  return out.take();
}

} // namespace cloudpods::wire
