#include "daemon/stack_site.hpp"

#include <stdexcept>

namespace cloudpods::tests {

namespace {

/// platform-spec 8.1, with what contract 15 adds to it.
constexpr auto word_press = R"({
  "version": 1,
  "description": "WordPress + MariaDB + optional Redis",
  "resources": [
    {"kind": "CloudPod", "role": "app", "hostnamePattern": "wp-app-{tenantSlug}",
     "cores": 2, "memoryMb": 2048, "swapMb": 512, "dependsOn": ["db"]},
    {"kind": "CloudPod", "role": "db", "hostnamePattern": "wp-db-{tenantSlug}",
     "cores": 1, "memoryMb": 1024, "swapMb": 512}
  ],
  "postCreate": ["configure-wordpress", "configure-database", "create-dns-records"]
})";

void know_tasks(installation& here) {
  here.set("post_create",
           "\"configure-wordpress\" = [\"/usr/local/sbin/stack-task.sh\", \"wordpress\", "
           "\"{vmid:app}\", \"{ip:db}\"]\n"
           "\"configure-database\" = [\"/usr/local/sbin/stack-task.sh\", \"database\", "
           "\"{vmid:db}\"]\n"
           "\"create-dns-records\" = [\"/usr/local/sbin/stack-task.sh\", \"dns\", \"{ip:app}\", "
           "\"{tenantId}\"]");
}

} // namespace

accepted_stack stack_of(const api_answer& answer) {
  if (answer.status != 202)
    throw std::runtime_error{"not accepted: " + answer.text};
  const auto said = answer.json();
  const auto& made = said.at("deployment");
  accepted_stack found{text_of(made, "id"), text_of(said.at("job"), "id"), {}};
  for (const auto& each : made.at("podIds").as_array())
    found.pods.emplace_back(each.as_string());
  return found;
}

stack_site::stack_site() : chaos_site(know_tasks) {}

void stack_site::put_word_press(const std::string& slug) {
  const auto answer = insist("", "/internal/blueprints/" + slug, word_press, "put-" + slug,
                             std::chrono::seconds{40}, "PUT");
  if (answer.status != 200)
    throw std::runtime_error{"not put: " + answer.text};
}

accepted_stack stack_site::deploy(const std::string& tenant, const std::string& body,
                                  const std::string& slug) {
  return stack_of(insist(tenant, "/internal/blueprints/" + slug + "/deploy", body,
                         "deploy-" + tenant + "-" + slug));
}

accepted_stack stack_site::destroy_stack(const std::string& deployment, const std::string& tenant) {
  return stack_of(insist(tenant, "/internal/deployments/" + deployment + "/destroy", "",
                         "destroy-" + deployment));
}

boost::json::value stack_site::deployment(const std::string& id, const std::string& tenant) {
  return client(tenant).get("/internal/deployments/" + id).json();
}

boost::json::value stack_site::job(const std::string& id, const std::string& tenant) {
  return client(tenant).get("/internal/jobs/" + id).json();
}

std::string stack_site::held(const std::string& tenant) {
  return here().select("SELECT concat_ws(' ', used_pods + reserved_pods, used_cpu_cores + "
                       "reserved_cpu_cores, used_memory_mb + reserved_memory_mb, used_disk_gb + "
                       "reserved_disk_gb) FROM cloud_pod_quotas WHERE tenant_id = '" +
                       tenant + "'");
}

std::string stack_site::stands_as(const std::string& pod) {
  return here().select("SELECT status FROM cloud_pods WHERE id = '" + pod + "'");
}

std::vector<std::string> stack_site::tasks() {
  std::vector<std::string> found;
  for (const auto& each : node().trace())
    if (each.line().starts_with("stack-task.sh"))
      found.push_back(each.line());
  return found;
}

std::string live_as_stack(stack_site& site, const std::string& tenant) {
  const auto made = site.deploy(tenant);
  if (const auto end = site.end_of(made.job, tenant); end != "success")
    return "the deploy ended as " + end;
  for (const auto& each : made.pods)
    if (const auto status = site.stands_as(each); status != "active")
      return each + " is " + status;
  if (site.held(tenant) != "2 3 3072 16")
    return "it holds " + site.held(tenant);
  const auto gone = site.destroy_stack(made.deployment, tenant);
  if (const auto end = site.end_of(gone.job, tenant); end != "success")
    return "the destroy ended as " + end;
  return site.held(tenant) == "0 0 0 0" ? "" : "it still holds " + site.held(tenant);
}

std::string live_in_vain_as_stack(stack_site& site, const std::string& tenant) {
  const auto made = site.deploy(tenant);
  if (const auto end = site.end_of(made.job, tenant); end != "failed")
    return "the deploy ended as " + end;
  for (const auto& each : made.pods)
    if (const auto status = site.stands_as(each); status != "deleted")
      return each + " is " + status;
  return site.held(tenant) == "0 0 0 0" ? "" : "it still holds " + site.held(tenant);
}

} // namespace cloudpods::tests
