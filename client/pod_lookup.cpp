#include "client/pod_lookup.hpp"

#include <algorithm>

#include "client/text.hpp"

namespace cloudpods::client {

namespace {

constexpr std::size_t all_of_them = 1'000'000;

bool is_vmid(std::string_view ref) {
  return ref.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `pod-` and a ULID. A shorter one is a name: orders without a name get `pod-` and six characters.
bool is_pod_id(std::string_view ref) { return ref.starts_with("pod-") && ref.size() == 30; }

bool is_yes(std::string_view answer) { return answer == "y" || answer == "Y" || answer == "yes"; }

} // namespace

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

expected<std::string> pod_path(session& with, const std::string& ref) {
  if (is_vmid(ref) || is_pod_id(ref))
    return "/" + url_encoded(ref);
  const auto pod = find_pod(with, ref);
  if (!pod)
    return std::unexpected(pod.error());
  return "/" + url_encoded(text_at(*pod, "id"));
}

expected<void> confirm(session& with, const arguments& given, const std::string& question) {
  if (given.has("--yes"))
    return {};
  if (!with.around.can_ask || with.flags.json)
    return wrong_usage("Nobody is there to be asked: say --yes if you mean it.");
  with.around.err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(with.around.in, answer);
  if (is_yes(answer))
    return {};
  return failed("Nothing was done.");
}

} // namespace cloudpods::client
