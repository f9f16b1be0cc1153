#include <boost/json/parse.hpp>

#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/job_wait.hpp"
#include "client/key_lines.hpp"
#include "client/pod_lookup.hpp"
#include "client/table.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

std::string deployment_path(std::string_view id) {
  return std::string{internal_root} + "/deployments/" + url_encoded(id);
}

std::string blueprint_path(std::string_view slug) {
  return std::string{internal_root} + "/blueprints/" + url_encoded(slug);
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
  return end_deployment(with,
                        with.daemon.post(blueprint_path(given.text("SLUG")) + "/deploy", body));
}

expected<void> run_stack_put(session& with, const arguments& given) {
  const auto file = given.text("FILE");
  const auto content = content_of(file);
  if (!content)
    return std::unexpected(content.error());
  boost::system::error_code fault;
  const auto document = json::parse(*content, fault);
  if (fault)
    return wrong_usage(file + " is no JSON: " + fault.message());
  return print_answer(with, with.daemon.put(blueprint_path(given.text("SLUG")), document));
}

expected<void> run_stack_list(session& with, const arguments&) {
  const auto page = with.daemon.get(std::string{internal_root} + "/blueprints");
  if (!page)
    return std::unexpected(page.error());
  json::array stacks;
  for (const auto& each : list_at(*page, "items"))
    if (text_at(each, "kind") == "stack")
      stacks.push_back(each);
  if (with.flags.json) {
    json::object shown;
    shown["items"] = std::move(stacks);
    shown["nextCursor"] = nullptr;
    with.print(shown);
    return {};
  }
  if (stacks.empty()) {
    with.around.err << "There are no stacks.\n";
    return {};
  }
  table rows{{"SLUG", "ABOUT"}};
  for (const auto& each : stacks)
    rows.add({text_at(each, "slug"), text_at(each, "description")});
  rows.write(with.around.out);
  return {};
}

expected<void> run_stack_show(session& with, const arguments& given) {
  const auto id = given.text("ID");
  return print_answer(
      with, with.daemon.get(id.starts_with("dep-") ? deployment_path(id) : blueprint_path(id)));
}

expected<void> run_stack_status(session& with, const arguments& given) {
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
