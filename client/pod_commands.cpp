#include <algorithm>

#include "client/job_wait.hpp"
#include "client/pod_text.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

constexpr std::size_t all_of_them = 1'000'000;

bool is_vmid(std::string_view ref) {
  return ref.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `pod-` and a ULID. A shorter one is a name: orders without a name get `pod-` and six characters.
bool is_pod_id(std::string_view ref) { return ref.starts_with("pod-") && ref.size() == 30; }

/// The pod that the user means by a vmid, an id, or its name.
expected<json::value> find_pod(session& with, const std::string& ref) {
  if (is_vmid(ref) || is_pod_id(ref))
    return with.daemon.get("/" + url_encoded(ref));
  const auto page = with.daemon.get_all("?limit=500&name=" + url_encoded(ref), all_of_them);
  if (!page)
    return std::unexpected(page.error());
  const auto& pods = list_at(*page, "items");
  const auto has_name = [&](const json::value& pod) { return text_at(pod, "name") == ref; };
  const auto count = std::ranges::count_if(pods, has_name);
  if (count == 0)
    return failed("There is no pod named " + printable(ref) + ".");
  if (count > 1)
    return failed("Several pods are named " + printable(ref) +
                  ": name the one you mean by its vmid.");
  return *std::ranges::find_if(pods, has_name);
}

/// Asks the user; true where the answer is yes.
bool is_agreed(const console& around, const std::string& question) {
  around.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(around.in, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::string list_target(const list_options& options) {
  std::string target = "?limit=500";
  for (const auto& each : options.statuses)
    target += "&status=" + url_encoded(each);
  if (!options.kind.empty())
    target += "&kind=" + url_encoded(options.kind);
  if (!options.name.empty())
    target += "&name=" + url_encoded(options.name);
  return target;
}

/// Refuses to destroy without a yes; nothing is asked where nobody could answer.
expected<void> confirm(session& with, const json::value& pod, const destroy_options& options) {
  if (options.is_confirmed)
    return {};
  if (!with.around.can_ask || with.flags.json)
    return wrong_usage("Nobody is there to be asked: say --yes to destroy it.");
  if (is_agreed(with.around, "Destroy " + printable(text_at(pod, "name")) + " (vmid " +
                                 printable(text_at(pod, "vmid")) +
                                 ") and all that is on its disk?"))
    return {};
  return failed("Nothing was done.");
}

} // namespace

expected<void> run_list(session& with, const list_options& options) {
  const auto page = with.daemon.get_all(list_target(options), all_of_them);
  if (!page)
    return std::unexpected(page.error());
  if (with.flags.json)
    with.print(*page);
  else if (list_at(*page, "items").empty())
    with.around.err << "There are no such pods.\n";
  else
    write_pods(with.around.out, list_at(*page, "items"), with.around.now());
  return {};
}

expected<void> run_show(session& with, const show_options& options) {
  const auto pod = find_pod(with, options.ref);
  if (!pod)
    return std::unexpected(pod.error());
  if (with.flags.json)
    with.print(*pod);
  else
    write_pod(with.around.out, *pod, with.around.now());
  return {};
}

expected<void> run_destroy(session& with, const destroy_options& options) {
  const auto pod = find_pod(with, options.ref);
  if (!pod)
    return std::unexpected(pod.error());
  if (const auto agreed = confirm(with, *pod, options); !agreed)
    return agreed;
  json::object body;
  if (!options.reason.empty())
    body["reason"] = options.reason;
  // By its id: the vmid may have become another pod's since the user was asked.
  auto accepted =
      with.daemon.post("/" + url_encoded(text_at(*pod, "id")) + "/destroy", std::move(body));
  if (!accepted)
    return std::unexpected(accepted.error());
  if (!accepted->is_object())
    return failed("The answer names no job: is CLOUDPODS_URL the address of cloudpodsd?");
  const auto ended = finish(with, std::move(*accepted));
  if (!ended)
    return std::unexpected(ended.error());
  if (!with.flags.json)
    with.around.out << printable(text_at(*pod, "name")) << " is "
                    << printable(text_at(member(*ended, "pod"), "status")) << '\n';
  return {};
}

} // namespace cloudpods::client
