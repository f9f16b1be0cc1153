#include <algorithm>
#include <limits>

#include <boost/json/parse.hpp>

#include "client/commands.hpp"
#include "client/event_follower.hpp"
#include "client/event_stream.hpp"
#include "client/pod_lookup.hpp"
#include "client/text.hpp"

namespace cloudpods::client {

namespace {

/// `    1043  2026-03-01 14:05:09  pod.active  CloudPod created  (vmid 9101)`
std::string event_line(const json::value& event) {
  const auto at = time_from_text(text_at(event, "at").empty() ? text_at(event, "createdAt")
                                                              : text_at(event, "at"));
  auto seq = text_at(event, "seq");
  seq.insert(0, seq.size() < 8 ? 8 - seq.size() : 0, ' ');
  auto name = text_at(event, "name");
  name.resize(std::max<std::size_t>(name.size(), 22), ' ');
  const auto vmid = text_at(event, "vmid");
  return printable(seq + "  " + (at ? local_text(*at) : text_at(event, "at")) + "  " + name + "  " +
                   text_at(event, "message") + (vmid.empty() ? "" : "  (vmid " + vmid + ')'));
}

void write_event(session& with, const json::value& event) {
  if (with.flags.json)
    with.print(event);
  else
    with.around.out << event_line(event) << '\n';
  with.around.out << std::flush;
}

/// Which events are shown.
struct selection {
  std::string pod_id;   ///< "": of every pod
  std::string name;     ///< `pod.active`, `pod.*`; "": any
  std::string category; ///< "": any
  bool of_all_tenants = false;
  std::optional<std::int64_t> since;
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

bool is_named(std::string_view name, std::string_view wanted) {
  return wanted.ends_with('*') ? name.starts_with(wanted.substr(0, wanted.size() - 1))
                               : name == wanted;
}

/// The stream is not told to choose, so what it brings is chosen here.
bool is_chosen(const json::value& event, const selection& wanted) {
  return (wanted.pod_id.empty() || text_at(event, "podId") == wanted.pod_id) &&
         (wanted.name.empty() || is_named(text_at(event, "name"), wanted.name)) &&
         (wanted.category.empty() || text_at(event, "category") == wanted.category);
}

expected<selection> selection_of(session& with, const arguments& given) {
  selection made{.pod_id = {},
                 .name = given.text("--name"),
                 .category = given.text("--category"),
                 .of_all_tenants = given.has("--all"),
                 .since = given.whole("--since")};
  if (const auto most = given.whole("--limit"))
    made.most = static_cast<std::size_t>(*most);
  if (given.has("--pod")) {
    const auto pod = find_pod(with, given.text("--pod"));
    if (!pod)
      return std::unexpected(pod.error());
    made.pod_id = text_at(*pod, "id");
  }
  return made;
}

std::string list_target(const selection& wanted) {
  std::string target = wanted.of_all_tenants ? "/admin/events" : "/events";
  target += "?limit=500&after=" + std::to_string(wanted.since.value_or(0));
  if (!wanted.pod_id.empty())
    target += "&podId=" + url_encoded(wanted.pod_id);
  if (!wanted.name.empty())
    target += "&name=" + url_encoded(wanted.name);
  if (!wanted.category.empty())
    target += "&category=" + url_encoded(wanted.category);
  return target;
}

/// Pages through what is stored.
expected<void> list_events(session& with, const selection& wanted) {
  const auto target = list_target(wanted);
  auto left = wanted.most;
  std::string cursor;
  do {
    const auto page =
        with.daemon.get(cursor.empty() ? target : target + "&cursor=" + url_encoded(cursor));
    if (!page)
      return std::unexpected(page.error());
    const auto& events = list_at(*page, "items");
    for (const auto& each : events) {
      write_event(with, each);
      if (--left == 0)
        return {};
    }
    cursor = events.empty() ? "" : text_at(*page, "nextCursor");
  } while (!cursor.empty());
  return {};
}

/// Follows the stream until the user ends it, through restarts of the daemon.
expected<void> follow_events(session& with, const selection& wanted) {
  event_follower follower{wanted.since};
  auto left = wanted.most;
  while (true) {
    event_stream stream{{.server = with.server,
                         .target = follower.target(),
                         .token = with.token,
                         .tenant = with.flags.tenant}};
    const auto end = stream.run([&](const std::string& text) {
      boost::system::error_code error;
      const auto message = json::parse(text, error);
      if (!error && follower.take(message) && is_chosen(message, wanted)) {
        write_event(with, message);
        --left;
      }
      return left > 0;
    });
    if (left == 0)
      return {};
    const auto pause = follower.after(end);
    if (!pause)
      return std::unexpected(pause.error());
    if (!with.flags.json)
      with.around.err << "The stream ended (" << printable(end.reason) << "); connecting again.\n";
    with.around.sleep(*pause);
  }
}

} // namespace

expected<void> run_events(session& with, const arguments& given) {
  if (given.has("--all") && !with.flags.tenant.empty())
    return wrong_usage("--all and --tenant do not go together.");
  const auto wanted = selection_of(with, given);
  if (!wanted)
    return std::unexpected(wanted.error());
  return given.has("--follow") ? follow_events(with, *wanted) : list_events(with, *wanted);
}

} // namespace cloudpods::client
