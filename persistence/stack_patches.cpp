#include "domain/deployment.hpp"
#include "persistence/fact_patches.hpp"
#include "persistence/patch_values.hpp"

namespace cloudpods::persistence {

namespace {

using namespace domain;

std::string json_failure(const stack_failed& why) {
  wire::json_writer out;
  out.begin_object().field("code", why.code).field("message", why.message).end_object();
  return out.take();
}

std::string json_pods(const std::vector<stack_pod>& pods) {
  wire::json_writer out;
  out.begin_array();
  for (const auto& each : pods)
    out.value(each.pod);
  out.end_array();
  return out.take();
}

/// What an event does to its deployment's row.
struct deployment_patch {
  row_patch& row;
  const event& fact;

  void operator()(const stack_deploying& order) const {
    row.presence = presence::made;
    row.set("tenant_id", fact.tenant.value).set("user_id", id_or_null(order.user));
    row.set("slug", order.slug).set("status", word(deployment_status::deploying));
    row.set("on_failure", word(order.on_failure)).set("pod_ids", json_pods(order.pods));
    row.set("definition", json_of(order.definition)).set("parameters", json_of(order.parameters));
    row.set("created_at", fact.at);
  }

  void operator()(const job_queued&) const { row.set("job_id", fact.job.value); }
  void operator()(const stack_deployed&) const { become(deployment_status::deployed); }

  void operator()(const stack_failed& why) const {
    become(deployment_status::failed);
    row.set("error", json_failure(why));
  }

  void operator()(const stack_destroyed&) const { become(deployment_status::destroyed); }

  template <class Other>
  void operator()(const Other&) const {}

  void become(deployment_status status) const { row.set("status", word(status)); }
};

} // namespace

void patch_deployment(const event& fact, std::vector<row_patch>& out) {
  row_patch row{deployments_table(), deployment_of(fact.stream).value};
  row.set("updated_at", fact.at);
  std::visit(deployment_patch{row, fact}, fact.payload);
  out.push_back(std::move(row));
}

void patch_platform(const event& fact, std::vector<row_patch>& out) {
  const auto* put = std::get_if<blueprint_put>(&fact.payload);
  if (put == nullptr)
    return;
  auto& row = out.emplace_back(blueprints_table(), put->slug, presence::made_or_reset);
  row.set("kind", std::string{"stack"}).set("name", put->slug);
  row.set("description", put->definition.description);
  row.set("definition", json_of(put->definition)).set("is_active", true);
}

} // namespace cloudpods::persistence
