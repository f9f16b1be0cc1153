#include "client/action.hpp"
#include "client/commands.hpp"
#include "client/document_text.hpp"
#include "client/job_wait.hpp"
#include "client/pod_lookup.hpp"
#include "client/pod_text.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

constexpr std::size_t all_of_them = 1'000'000;

std::string list_target(const arguments& given) {
  std::string target = "?limit=500";
  for (const auto& each : given.texts("--status"))
    target += "&status=" + url_encoded(each);
  for (const auto* name : {"kind", "name", "sort"})
    if (const auto value = given.text(std::string{"--"} + name); !value.empty())
      target += std::string{"&"} + name + '=' + url_encoded(value);
  return target;
}

std::string name_and_vmid(const json::value& pod) {
  return printable(text_at(pod, "name")) + " (vmid " + printable(text_at(pod, "vmid")) + ')';
}

expected<void> set_protection(session& with, const arguments& given, bool is_protected) {
  const auto path = pod_path(with, given.text("REF"));
  if (!path)
    return std::unexpected(path.error());
  const auto pod = with.daemon.put(*path + "/protection", {{"protected", is_protected}});
  if (!pod)
    return std::unexpected(pod.error());
  if (with.flags.json)
    with.print(*pod);
  else
    with.around.out << printable(text_at(*pod, "name")) << " is "
                    << (flag_at(*pod, "protected") ? "protected" : "no longer protected") << '\n';
  return {};
}

/// The health as it is known, after the check that was asked for has ended.
expected<json::value> read_health(session& with, const std::string& path, bool is_refreshed) {
  auto health = with.daemon.get(path + (is_refreshed ? "/health?refresh=true" : "/health"));
  const auto job_id = health ? text_at(*health, "refreshJobId") : std::string{};
  if (job_id.empty() || !with.flags.wait)
    return health;
  const auto job = wait_for_job(with, {{"id", job_id}});
  if (!job)
    return job;
  if (text_at(*job, "status") != "success") {
    const auto why = job_error_text(*job);
    return failed("The check did not end well" + (why.empty() ? "." : ": " + why));
  }
  return with.daemon.get(path + "/health");
}

} // namespace

expected<void> run_list(session& with, const arguments& given) {
  const auto page = with.daemon.get_all(list_target(given), all_of_them);
  if (!page)
    return std::unexpected(page.error());
  if (with.flags.json) {
    with.print(*page);
    return {};
  }
  if (list_at(*page, "items").empty())
    with.around.err << "There are no such pods.\n";
  else
    write_pods(with.around.out, list_at(*page, "items"), with.around.now());
  return {};
}

expected<void> run_show(session& with, const arguments& given) {
  const auto pod = find_pod(with, given.text("REF"));
  if (!pod)
    return std::unexpected(pod.error());
  if (with.flags.json)
    with.print(*pod);
  else
    write_pod(with.around.out, *pod, with.around.now());
  return {};
}

expected<void> run_destroy(session& with, const arguments& given) {
  const auto pod = find_pod(with, given.text("REF"));
  if (!pod)
    return std::unexpected(pod.error());
  if (const auto agreed =
          confirm(with, given, "Destroy " + name_and_vmid(*pod) + " and all that is on its disk?");
      !agreed)
    return agreed;
  json::object body;
  put_text(body, "reason", given, "--reason");
  put_flag(body, "finalBackup", given, "--final-backup");
  // By its id: the vmid may have become another pod's since the user was asked.
  return act(with, text_at(*pod, "id"), "destroy", body);
}

expected<void> run_scale(session& with, const arguments& given) {
  const bool has_size = given.has("--cpu") || given.has("--memory") || given.has("--disk");
  if (has_size == given.has("--plan"))
    return wrong_usage("Say either what to change (--cpu, --memory, --disk) or a --plan.");
  json::object body;
  put_whole(body, "cpuCores", given, "--cpu");
  put_whole(body, "memoryMb", given, "--memory");
  put_whole(body, "diskGb", given, "--disk");
  put_text(body, "planCode", given, "--plan");
  put_flag(body, "backupFirst", given, "--backup-first");
  put_flag(body, "reboot", given, "--reboot");
  put_text(body, "reason", given, "--reason");
  return act(with, given.text("REF"), "scale", body);
}

expected<void> run_sync(session& with, const arguments& given) {
  return act(with, given.text("REF"), "sync", {});
}

expected<void> run_health(session& with, const arguments& given) {
  const auto path = pod_path(with, given.text("REF"));
  if (!path)
    return std::unexpected(path.error());
  return print_answer(with, read_health(with, *path, given.has("--refresh")));
}

expected<void> run_protect(session& with, const arguments& given) {
  return set_protection(with, given, true);
}

expected<void> run_unprotect(session& with, const arguments& given) {
  return set_protection(with, given, false);
}

} // namespace cloudpods::client
