#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/job_wait.hpp"
#include "client/pod_lookup.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

std::string deployment_path(std::string_view id) {
  return std::string{internal_root} + "/deployments/" + url_encoded(id);
}

/// Waits for the job of `{"deployment","job"}` and shows the deployment as it is then.
expected<void> end_deployment(session& with, expected<json::value> accepted) {
  if (!accepted || !with.flags.wait)
    return print_answer(with, accepted);
  const auto id = text_at(member(*accepted, "deployment"), "id");
  const auto job = wait_for_job(with, member(*accepted, "job"));
  if (!job)
    return std::unexpected(job.error());
  if (text_at(*job, "status") != "success") {
    const auto why = job_error_text(*job);
    return failed("The deployment " + printable(id) + " did not end well" +
                  (why.empty() ? "." : ": " + why));
  }
  return print_answer(with, with.daemon.get(deployment_path(id)));
}

} // namespace

expected<void> run_stack_deploy(session& with, const arguments& given) {
  json::object body;
  if (!with.flags.tenant.empty())
    body["tenantId"] = with.flags.tenant;
  body["onFailure"] = given.has("--on-failure") ? given.text("--on-failure") : "rollback";
  if (const auto taken = put_pairs(body, "parameters", given, "--parameter"); !taken)
    return taken;
  return end_deployment(with, with.daemon.post(std::string{internal_root} + "/blueprints/" +
                                                   url_encoded(given.text("SLUG")) + "/deploy",
                                               body));
}

expected<void> run_stack_show(session& with, const arguments& given) {
  return print_answer(with, with.daemon.get(deployment_path(given.text("ID"))));
}

expected<void> run_stack_destroy(session& with, const arguments& given) {
  const auto id = given.text("ID");
  if (const auto agreed =
          confirm(with, given, "Destroy the deployment " + printable(id) + " with all its pods?");
      !agreed)
    return agreed;
  auto accepted = with.daemon.post(deployment_path(id) + "/destroy", json::object{});
  return end_deployment(with, std::move(accepted));
}

} // namespace cloudpods::client
