#include <array>

#include <boost/json/parse.hpp>

#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/pod_lookup.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

std::string node_path(const arguments& given) {
  return "/admin/nodes/" + url_encoded(given.text("NAME"));
}

/// Sends what an operator decided, and shows what the daemon makes of it.
expected<void> decide(session& with, const std::string& target, const json::object& body) {
  return print_answer(with, with.daemon.post(target, body));
}

std::string drift_target(const arguments& given, std::string_view verb) {
  return "/admin/drift/" + url_encoded(given.text("ID")) + '/' + std::string{verb};
}

} // namespace

expected<void> run_nodes(session& with, const arguments& given) {
  static constexpr std::array columns{column{"NAME", "name"},
                                      column{"REGION", "region"},
                                      column{"REACHABLE", "reachable"},
                                      column{"CIRCUIT", "circuit"},
                                      column{"DRAINED", "drained"},
                                      column{"CPU", "load.cpuRatio", shown::percent},
                                      column{"MEMORY", "load.memoryRatio", shown::percent},
                                      column{"BUSY", "busy"},
                                      column{"WAITING", "waiting"},
                                      column{"MESSAGE", "message"}};
  if (given.has("NAME"))
    return print_answer(with, with.daemon.get(node_path(given)));
  return print_list(with, "/admin/nodes", columns, "There are no nodes.");
}

expected<void> run_node_drain(session& with, const arguments& given) {
  return decide(with, node_path(given) + "/drain", {});
}

expected<void> run_node_resume(session& with, const arguments& given) {
  return decide(with, node_path(given) + "/resume", {});
}

expected<void> run_tenants(session& with, const arguments&) {
  static constexpr std::array columns{column{"ID", "id"},          column{"NAME", "name"},
                                      column{"SLUG", "slug"},      column{"PLAN", "planId"},
                                      column{"OWNER", "owner.id"}, column{"REGION", "region"}};
  return print_list(with, "/admin/tenants?limit=500", columns, "There are no tenants.");
}

expected<void> run_tenants_set(session& with, const arguments& given) {
  json::object body;
  put_text(body, "name", given, "--name");
  put_text(body, "slug", given, "--slug");
  put_text(body, "planId", given, "--plan");
  put_text(body, "region", given, "--region");
  json::object owner;
  put_text(owner, "id", given, "--owner");
  put_text(owner, "email", given, "--owner-email");
  put_text(owner, "name", given, "--owner-name");
  if (!owner.empty())
    body["owner"] = std::move(owner);
  return print_answer(with,
                      with.daemon.put("/admin/tenants/" + url_encoded(given.text("ID")), body));
}

expected<void> run_tenant_plans(session& with, const arguments&) {
  static constexpr std::array columns{column{"ID", "id"},
                                      column{"NAME", "name"},
                                      column{"PODS", "maxPods"},
                                      column{"CPU", "maxCpuCores"},
                                      column{"MEMORY", "maxMemoryMb", shown::megabytes},
                                      column{"DISK (GB)", "maxDiskGb"},
                                      column{"BACKUPS", "backupPolicy"}};
  return print_list(with, "/admin/tenant-plans", columns, "There are no tenant plans.");
}

expected<void> run_stats(session& with, const arguments&) {
  return print_answer(with, with.daemon.get("/admin/stats"));
}

expected<void> run_ready(session& with, const arguments&) {
  const auto answer = with.daemon.get_raw("/readyz");
  if (!answer)
    return std::unexpected(failure_of(answer.error()));
  boost::system::error_code error;
  const auto document = json::parse(answer->body, error);
  const bool is_ready = answer->status == 200;
  if (is_ready && !with.flags.json)
    with.around.out << "It is ready.\n";
  else if (!error)
    print_document(with, document);
  if (is_ready)
    return {};
  return failed("It is not ready.");
}

expected<void> run_drift(session& with, const arguments&) {
  static constexpr std::array columns{
      column{"ID", "id"},       column{"KIND", "kind"}, column{"NODE", "node"},
      column{"VMID", "vmid"},   column{"POD", "podId"}, column{"SINCE", "detectedAt", shown::age},
      column{"WHAT", "message"}};
  return print_list(with, "/admin/drift", columns, "Nodes and log agree.");
}

expected<void> run_drift_adopt(session& with, const arguments& given) {
  json::object body;
  if (!with.flags.tenant.empty())
    body["tenantId"] = with.flags.tenant;
  return decide(with, drift_target(given, "adopt"), body);
}

expected<void> run_drift_forget(session& with, const arguments& given) {
  if (const auto agreed = confirm(with, given,
                                  "End the pod of " + printable(given.text("ID")) +
                                      ": is its guest known to be gone?");
      !agreed)
    return agreed;
  return decide(with, drift_target(given, "forget"), {});
}

expected<void> run_drift_ignore(session& with, const arguments& given) {
  return decide(with, drift_target(given, "ignore"), {});
}

expected<void> run_reconcile(session& with, const arguments&) {
  return decide(with, "/admin/reconcile", {});
}

} // namespace cloudpods::client
